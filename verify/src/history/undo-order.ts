import { descent } from '@order-mesh/messaging';
import { orderOrchestratorService } from '@order-mesh/order-orchestrator';
import { steps, type ShownStep } from './steps.ts';
import { wasCase, type Story, type Undoing } from './story.ts';

/**
 * What was undone before what has to be undone first, in words; `version` is that of the order's row. The order of undos is not read off clocks: a message's name is
 * derived from that of the message it follows from, so it can be proved that an undo was asked because the undo after it was answered, or because the deadline of that
 * answer had passed.
 */
export function outOfOrder(story: Story, version: number): readonly string[] {
  const undone = steps.filter(({ undo }) => story.types.includes(undo)).reverse();
  return undone.slice(1).flatMap((step, index) => {
    const after = undone[index];
    if (!after) return [];
    const lawful = new Set([...answersTo(after, story), ...timersOf(story.orderId, version)].flatMap((id) => childrenOf(id, step.undo)));
    const all = asksFor(step, story);
    // a person may have had one tried again
    const asks = wasCase(story) ? all.slice(0, 1) : all;
    return asks.every(({ id }) => lawful.has(id)) ? [] : [`${step.name} was undone (${step.undo}) before the answer about ${after.name} (${after.undone}) had come`];
  });
}

/** Those of the last revision: what takes back an earlier one gives way to an amendment, and undoes no order. */
function asksFor({ undo }: ShownStep, { undoing }: Story): readonly Undoing[] {
  const asks = undoing.filter(({ type }) => type === undo);
  const last = Math.max(...asks.map(({ revision }) => revision));
  return asks.filter(({ revision }) => revision === last);
}

const answersTo = ({ undone, undoRefused }: ShownStep, { undoing }: Story): readonly string[] =>
  undoing.filter(({ type }) => type === undone || type === undoRefused).map(({ id }) => id);

/** One for each version of the row at which a deadline may have passed. */
const timersOf = (orderId: string, version: number): readonly string[] => Array.from({ length: version }, (_, index) => `timer/${orderId}/${index + 1}`);

/** At most so many messages follow from one. */
const CHILDREN = 3;
const NO_TRACE = { traceparent: `00-${'0'.repeat(32)}-${'0'.repeat(16)}-00` };

const childrenOf = (id: string, type: string): readonly string[] =>
  Array.from({ length: CHILDREN }, (_, index) => descent({ id, trace: NO_TRACE }, { participant: orderOrchestratorService.name, type, index }).id);
