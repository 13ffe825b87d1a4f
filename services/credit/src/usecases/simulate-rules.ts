import type { SimulationAsked, TopicMessages } from '@order-mesh/contracts';
import type { Received, Unit } from '@order-mesh/messaging';
import { compileText, creditControl, type CompiledRules } from '@order-mesh/rules';
import { advanceOf, lookAt, newSimulation, refusalOf } from '../domain/simulation.ts';
import type { SimulationPorts } from './ports.ts';

export type SimulationEvent = Received<TopicMessages['simulation.events.v1']>;
export type NoteSimulations = ReturnType<typeof noteSimulations>;
export type AdvanceSimulations = ReturnType<typeof advanceSimulations>;

/** Remembers which rules shall be put to past decisions; refuses those that can't be decided by. */
export const noteSimulations = ({ simulations }: SimulationPorts) => async (batch: readonly SimulationEvent[], unit: Unit): Promise<void> => {
  for (const message of batch) {
    if (message.type !== 'SimulationAsked' || message.value.point !== creditControl.name) continue;
    const rules = rulesIn(message.value);
    if (typeof rules === 'string') unit.send(refusalOf(message.value.simulationId, rules, unit.now), message);
    else await simulations.open(unit.tx, newSimulation(message.value, await simulations.count(unit.tx)));
  }
};

/** Puts the next page of past decisions to the rules of a simulation, and tells how far it is. True when there may be more to do. */
export const advanceSimulations = ({ simulations, log }: SimulationPorts, pageSize: number) => async (unit: Unit): Promise<boolean> => {
  const simulation = await simulations.next(unit.tx);
  if (!simulation) return false;
  const rules = rulesIn(simulation);
  const page = typeof rules === 'string' ? [] : await simulations.decisions(unit.tx, simulation.after, pageSize);
  const advanced = typeof rules === 'string' ? { ...simulation, isDone: true } : lookAt(simulation, page, rules);
  await simulations.save(unit.tx, advanced);
  const { simulationId, checked, changed } = advanced;
  unit.send(typeof rules === 'string' ? refusalOf(simulationId, rules, unit.now) : advanceOf(advanced, unit.now), { id: `credit:simulation:${simulationId}:${advanced.isDone ? 'done' : checked}`, trace: {} });
  if (advanced.isDone) log.info('simulation done', { simulationId, checked, changed });
  return true;
};

/** The rules, or why they can't be decided by. */
function rulesIn({ content }: Pick<SimulationAsked, 'content'>): CompiledRules | string {
  const compiled = compileText(creditControl, content);
  return compiled.ok ? compiled.rules : compiled.problems.map(({ rule, field, problem }) => `${rule ?? ''} ${field ?? ''} ${problem}`.trim()).join('; ');
}
