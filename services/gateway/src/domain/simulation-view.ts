import type { MessageOf, SimulateRules, SimulationAdvanced, SimulationAsked } from '@order-mesh/contracts';
import { printable } from './mask.ts';
import { utc } from './order-item.ts';
import { jsonOr } from './rules-view.ts';
import { sane } from './stamp.ts';
import type { Json } from './timeline.ts';

export const simulationStates = ['asked', 'running', 'done', 'refused'] as const;
export type SimulationState = (typeof simulationStates)[number];

type Question = Pick<SimulateRules, 'since' | 'until' | 'author' | 'at'>;

/** What is known of a simulation: what was asked, and the farthest that was heard. */
export interface SimulationView {
  readonly simulationId: string;
  readonly point: string;
  readonly question: Question | null;
  readonly told: Omit<SimulationAdvanced, 'simulationId' | 'point'> | null;
}

export type AboutSimulation = MessageOf<'SimulationAsked'> | MessageOf<'SimulationAdvanced'>;

/** A simulation that was asked for and not heard of yet. */
export const askedSimulation = ({ simulationId, point, since, until, author, at }: SimulateRules | SimulationAsked): SimulationView =>
  ({ simulationId, point: printable(point), question: { since: sane(since), until: sane(until), author: printable(author), at: sane(at) }, told: null });

/** What is known after a message, in whatever order it is heard. */
export function projectSimulation(view: SimulationView | undefined, message: AboutSimulation): SimulationView {
  const { simulationId, point } = message.value;
  if (message.type === 'SimulationAsked') return { ...askedSimulation(message.value), told: view?.told ?? null };
  const { state, total, checked, changed, outcomes, examples, detail, at } = message.value;
  const told = { state, total, checked, changed, outcomes, examples, detail: printable(detail), at: sane(at) };
  return { simulationId, point: printable(point), question: view?.question ?? null, told: view?.told && !isFarther(told, view.told) ? view.told : told };
}

function isFarther(one: Pick<SimulationAdvanced, 'state' | 'checked' | 'at'>, other: Pick<SimulationAdvanced, 'state' | 'checked' | 'at'>): boolean {
  const [a, b] = [rank(one.state), rank(other.state)];
  if (a !== b) return a > b;
  return one.checked === other.checked ? one.at > other.at : one.checked > other.checked;
}

const rank = (state: string): number => simulationStates.findIndex((known) => known === state);

/** A simulation as it is shown. */
export interface SimulationItem {
  readonly simulationId: string;
  readonly point: string;
  readonly state: SimulationState;
  readonly total: number;
  readonly checked: number;
  readonly changed: number;
  readonly outcomes: Json;
  readonly examples: Json;
  readonly detail: string;
  readonly author: string | null;
  readonly since: string | null;
  readonly until: string | null;
  readonly askedAt: string | null;
  readonly updatedAt: string | null;
}

export function simulationItemOf({ simulationId, point, question, told }: SimulationView): SimulationItem {
  return {
    simulationId, point, state: simulationStates.find((known) => known === told?.state) ?? (told ? 'running' : 'asked'),
    total: told?.total ?? 0, checked: told?.checked ?? 0, changed: told?.changed ?? 0, outcomes: jsonOr(told?.outcomes, []), examples: jsonOr(told?.examples, []), detail: told?.detail ?? '',
    author: question?.author ?? null, since: question ? utc(question.since) : null, until: question ? utc(question.until) : null,
    askedAt: question ? utc(question.at) : null, updatedAt: told ? utc(told.at) : null,
  };
}
