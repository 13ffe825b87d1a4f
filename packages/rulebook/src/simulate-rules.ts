import type { SimulationAsked, TopicMessages } from '@order-mesh/contracts';
import type { Received, Unit } from '@order-mesh/messaging';
import { compileText, type CompiledRules } from '@order-mesh/rules';
import type { SimulationPorts } from './simulation-ports.ts';
import { advanceOf, lookAt, newSimulation, refusalOf, type SimulatedPoint, type Simulation } from './simulation.ts';

export type SimulationEvent = Received<TopicMessages['simulation.events.v1']>;
export type NoteSimulations = ReturnType<typeof noteSimulations>;
export type AdvanceSimulations = ReturnType<typeof advanceSimulations>;

/** Remembers which rules shall be put to past decisions of a service; refuses those that can't be decided by, and leaves what others decide. For the topic `simulation.events.v1`. */
export const noteSimulations = ({ simulations, past, points }: SimulationPorts) => async (batch: readonly SimulationEvent[], unit: Unit): Promise<void> => {
  for (const message of batch) {
    if (message.type !== 'SimulationAsked') continue;
    const simulated = points.find(({ point }) => point.name === message.value.point);
    if (!simulated) continue;
    const rules = rulesIn(simulated, message.value);
    if (typeof rules === 'string') unit.send(refusalOf(message.value, rules, unit.now), message);
    else await simulations.open(unit.tx, newSimulation(message.value, await past.count(unit.tx, simulated.point.name)));
  }
};

/** Puts the next page of past decisions to the rules of a simulation, and tells how far it is. True when there may be more to do. */
export const advanceSimulations = (ports: SimulationPorts, pageSize: number) => async (unit: Unit): Promise<boolean> => {
  const { service, simulations, log } = ports;
  const simulation = await simulations.next(unit.tx);
  if (!simulation) return false;
  const { advanced, message } = await advance(simulation, ports, { unit, pageSize });
  await simulations.save(unit.tx, advanced);
  const { simulationId, point, checked, changed, isDone } = advanced;
  unit.send(message, { id: `${service}:simulation:${simulationId}:${isDone ? 'done' : checked}`, trace: {} });
  if (isDone) log.info('simulation done', { simulationId, point, checked, changed });
  return true;
};

interface Advance {
  readonly advanced: Simulation;
  readonly message: ReturnType<typeof advanceOf>;
}

async function advance(simulation: Simulation, { points, past }: SimulationPorts, { unit, pageSize }: { readonly unit: Unit; readonly pageSize: number }): Promise<Advance> {
  const simulated = points.find(({ point }) => point.name === simulation.point);
  // an older release may have taken over
  const rules = simulated ? rulesIn(simulated, simulation) : `past decisions of ${simulation.point} can't be looked at again by this release`;
  if (!simulated || typeof rules === 'string') return { advanced: { ...simulation, isDone: true }, message: refusalOf(simulation, typeof rules === 'string' ? rules : '', unit.now) };
  const page = await past.page(unit.tx, simulation.point, { after: simulation.after, atMost: pageSize });
  const advanced = lookAt(simulation, page, { rules, tell: simulated.tell });
  return { advanced, message: advanceOf(advanced, unit.now, simulated.leavesOut) };
}

/** The rules, or why they can't be decided by. */
function rulesIn({ point }: SimulatedPoint, { content }: Pick<SimulationAsked, 'content'>): CompiledRules | string {
  const compiled = compileText(point, content);
  return compiled.ok ? compiled.rules : compiled.problems.map(({ rule, field, problem }) => `${rule ?? ''} ${field ?? ''} ${problem}`.trim()).join('; ');
}
