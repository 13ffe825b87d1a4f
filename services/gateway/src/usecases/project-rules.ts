import type { RulesPublished, TopicMessages } from '@order-mesh/contracts';
import type { Received, Unit } from '@order-mesh/messaging';
import { printable } from '../domain/mask.ts';
import { projectChange, unknownChange, type AboutChange, type ChangeView } from '../domain/rules-view.ts';
import { projectShadow, type AboutShadow, type ShadowView } from '../domain/shadow-view.ts';
import { projectSimulation, type AboutSimulation, type SimulationView } from '../domain/simulation-view.ts';
import { LONGEST_KEY } from './project-messages.ts';
import type { RulesViews } from './rules-ports.ts';

export type RulesEvent = Received<TopicMessages['rules.events.v1'] | TopicMessages['rules.published.v1']>;
export type SimulationEvent = Received<TopicMessages['simulation.events.v1']>;
export type ProjectRules = (batch: readonly RulesEvent[], unit: Unit) => Promise<void>;
export type ProjectSimulations = (batch: readonly SimulationEvent[], unit: Unit) => Promise<void>;

interface Means {
  readonly rules: RulesViews;
}

/** Keeps every release of the rules, what became of every change, and which decide silently. */
export const projectRules = ({ rules }: Means): ProjectRules => async (batch, unit) => {
  await projectShadows(rules, batch.flatMap((message) => (message.type === 'RulesShadowed' ? [message] : [])), unit);
  const about = batch.flatMap((message): readonly AboutChange[] => (message.type !== 'RulesShadowed' && isShown(message) ? [named(message)] : []));
  if (about.length === 0) return;
  const released = about.flatMap((message): readonly RulesPublished[] => (message.type === 'RulesPublished' ? [message.value] : []));
  if (released.length > 0) await rules.addReleases(unit.tx, released);

  const keyOf = ({ point, changeId }: { readonly point: string; readonly changeId: string }): string => JSON.stringify([point, changeId]);
  const names = new Map(about.map(({ value: { point, changeId } }) => [keyOf({ point, changeId }), { point, changeId }]));
  const views = new Map<string, ChangeView>((await rules.loadChanges(unit.tx, [...names.values()])).map((view) => [keyOf(view), view]));
  for (const message of about) {
    const { point, changeId } = message.value;
    views.set(keyOf(message.value), projectChange(views.get(keyOf(message.value)) ?? unknownChange(point, changeId), message));
  }
  await rules.saveChanges(unit.tx, [...views.values()]);
};

/** Keeps how far every simulation and every shadow is. */
export const projectSimulations = ({ rules }: Means): ProjectSimulations => async (batch, unit) => {
  await projectShadows(rules, batch.flatMap((message) => (message.type === 'ShadowAdvanced' ? [message] : [])), unit);
  const about = batch.flatMap((message): readonly AboutSimulation[] => (message.type !== 'ShadowAdvanced' && message.value.simulationId.length <= LONGEST_KEY ? [namedSimulation(message)] : []));
  if (about.length === 0) return;
  const ids = [...new Set(about.map(({ value }) => value.simulationId))];
  const views = new Map<string, SimulationView>((await rules.loadSimulations(unit.tx, ids)).map((view) => [view.simulationId, view]));
  for (const message of about) views.set(message.value.simulationId, projectSimulation(views.get(message.value.simulationId), message));
  await rules.saveSimulations(unit.tx, [...views.values()]);
};

async function projectShadows(rules: RulesViews, batch: readonly AboutShadow[], { tx }: Unit): Promise<void> {
  const about = batch.flatMap((message): readonly AboutShadow[] => (message.value.shadowId.length <= LONGEST_KEY && message.value.changeId.length <= LONGEST_KEY ? [namedShadow(message)] : []));
  if (about.length === 0) return;
  const views = new Map<string, ShadowView>((await rules.loadShadows(tx, [...new Set(about.map(({ value }) => value.shadowId))])).map((view) => [view.shadowId, view]));
  for (const message of about) views.set(message.value.shadowId, projectShadow(views.get(message.value.shadowId), message));
  await rules.saveShadows(tx, [...views.values()]);
}

// a wish about a change that nobody proposed makes none of it
const isShown = (message: AboutChange): boolean => message.value.point.length <= LONGEST_KEY && message.value.changeId.length <= LONGEST_KEY
  && !(message.type === 'RulesChangeRefused' && message.value.reason === 'unknown-change');

/** The message with names as they can be kept. */
function named(message: AboutChange): AboutChange {
  const name = { point: printable(message.value.point), changeId: printable(message.value.changeId) };
  switch (message.type) {
    case 'RulesProposed': return { ...message, value: { ...message.value, ...name } };
    case 'RulesDecided': return { ...message, value: { ...message.value, ...name } };
    case 'RulesChangeRefused': return { ...message, value: { ...message.value, ...name } };
    case 'RulesPublished': return { ...message, value: { ...message.value, ...name } };
  }
}

function namedShadow(message: AboutShadow): AboutShadow {
  const name = { shadowId: printable(message.value.shadowId), changeId: printable(message.value.changeId) };
  return message.type === 'RulesShadowed' ? { ...message, value: { ...message.value, ...name } } : { ...message, value: { ...message.value, ...name } };
}

function namedSimulation(message: AboutSimulation): AboutSimulation {
  const name = { simulationId: printable(message.value.simulationId) };
  return message.type === 'SimulationAsked' ? { ...message, value: { ...message.value, ...name } } : { ...message, value: { ...message.value, ...name } };
}
