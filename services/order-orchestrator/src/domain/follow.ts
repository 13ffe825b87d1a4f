import type { Instant } from '@order-mesh/kernel';
import type { AnyMessage, OrderPlaced, OrderUnacceptable } from '@order-mesh/contracts';
import { advance, hear, type Refusal, type Saga, type SagaMessage, type SagaState } from '@order-mesh/saga';

/** What a message makes of an order: its next state (the same one when nothing changed) and what to tell the world. */
export interface Followed {
  readonly state: SagaState | null;
  readonly sends: readonly AnyMessage[];
}

/** All definitions that running orders may be pinned to; new orders begin with the first. */
export interface Definitions {
  readonly newest: Saga;
  readonly named: (name: string) => Saga;
  readonly knows: (name: string) => boolean;
  readonly names: readonly string[];
}

/** Every definition ever released that may still have orders running, newest first. */
export function definitionsOf(all: readonly [Saga, ...Saga[]]): Definitions {
  const byName = new Map(all.map((saga) => [`${saga.name}@${saga.version}`, saga]));
  return {
    newest: all[0],
    knows: (name) => byName.has(name),
    names: [...byName.keys()],
    named: (name) => {
      const found = byName.get(name);
      if (!found) throw new TypeError(`an order is pinned to ${name}, which this build does not know`);
      return found;
    },
  };
}

/** Follows an order by one message. Total: a message that means nothing to the order changes nothing. */
export function follow(definitions: Definitions, state: SagaState | null, message: AnyMessage, now: Instant): Followed {
  const saga = state ? definitions.named(state.definition) : definitions.newest;
  switch (message.type) {
    case 'OrderPlaced': return place(saga, state, message.value, now);
    case 'OrderUnacceptable': return state ? refuseAmendment(saga, state, { order: message.value, now }) : turnAway(saga, message.value, now);
    case 'CancelRequested': return cancel(saga, state, message.value, now);
    default: {
      const heard = hear(saga, message);
      return heard && state ? step(saga, state, withoutDecisions(heard), now) : { state, sends: [] };
    }
  }
}

/** What rules decided is told to everybody with the answer; the order goes on by the answer alone, and would carry it along at every step. */
function withoutDecisions(heard: SagaMessage): SagaMessage {
  return heard.type === 'done' && isDecided(heard.value) ? { ...heard, value: { ...heard.value, decisions: [] } } : heard;
}

const isDecided = (value: unknown): value is { readonly decisions: readonly unknown[] } => typeof value === 'object' && value !== null && 'decisions' in value;

/** The timer of an order is due. */
export function expire(definitions: Definitions, state: SagaState, now: Instant): Followed {
  return step(definitions.named(state.definition), state, { type: 'timedOut' }, now);
}

function step(saga: Saga, state: SagaState | null, message: SagaMessage, now: Instant): Followed {
  return advance(saga, state, message, now) ?? { state, sends: [] };
}

/** Placed again with other content, the order is to be amended. */
function place(saga: Saga, state: SagaState | null, order: OrderPlaced, now: Instant): Followed {
  if (!state) return step(saga, state, { type: 'begin', input: order }, now);
  if (fingerprint(wishOf(saga, state)) === fingerprint(order)) {
    // the moment of the placement, not of its hearing: heard again it says the same
    const value = { orderId: order.orderId, reason: 'same-content', detail: 'the same order was placed before; nothing changes', at: order.placedAt };
    return { state, sends: [{ type: 'PlacementIgnored', value }] };
  }
  const result = advance(saga, state, { type: 'amended', input: order }, now);
  if (result?.remark !== 'too-late') return result ?? { state, sends: [] };
  const words = state.status === 'undoing' ? 'being undone' : state.status;
  return refused(state, order, { refusal: { step: '', reason: `already-${state.status}`, detail: `the order is ${words} and can no longer be amended` }, at: now });
}

/** What the order is to be: the last wish, which waits while another is being agreed. */
function wishOf({ inputName }: Saga, state: SagaState): unknown {
  const waiting = state.status === 'running' ? state.amending?.next : undefined;
  return waiting ? waiting.input : state.facts[inputName];
}

/** What an order is to become can't be taken: it goes on as it is, unless it has ended. */
function refuseAmendment({ inputName }: Saga, state: SagaState, { order, now }: { readonly order: OrderUnacceptable; readonly now: Instant }): Followed {
  // turned away before, it never began
  if (state.facts[inputName] === undefined) return { state, sends: [] };
  return refused(state, order, { refusal: { step: 'border', reason: 'unacceptable', detail: order.reasons.join('; ') }, at: now });
}

type Origin = Pick<OrderPlaced, 'orderId' | 'source' | 'externalId'>;

const refused = (state: SagaState, { orderId, source, externalId }: Origin, { refusal, at }: { readonly refusal: Refusal; readonly at: Instant }): Followed => ({
  state, sends: [{ type: 'AmendmentRefused', value: { orderId, source, externalId, ...refusal, at } }],
});

function turnAway(saga: Saga, { orderId, source, externalId, reasons }: OrderUnacceptable, now: Instant): Followed {
  const refusal = { step: 'border', reason: 'unacceptable', detail: reasons.join('; ') };
  return {
    state: { status: 'rejected', definition: `${saga.name}@${saga.version}`, id: orderId, facts: {}, startedAt: now, refusal, endedAt: now },
    sends: [{ type: 'OrderRejected', value: { orderId, source, externalId, ...refusal, at: now } }],
  };
}

function cancel(saga: Saga, state: SagaState | null, { orderId, reason }: { readonly orderId: string; readonly reason: string }, now: Instant): Followed {
  const refuse = (code: string, detail: string): AnyMessage => ({ type: 'CancelRefused', value: { orderId, reason: code, detail, at: now } });
  if (!state) return { state, sends: [refuse('unknown-order', `no order ${orderId} has been placed`)] };
  const result = advance(saga, state, { type: 'cancelled', reason }, now);
  if (result?.remark !== 'too-late') return result ?? { state, sends: [] };
  return { state, sends: [refuse(`already-${state.status}`, `the order is ${state.status} and can no longer be cancelled`)] };
}

/** What makes two placements the same order: who, what, how many, for how much, where to. */
function fingerprint(input: unknown): string {
  if (!isOrder(input)) return '';
  const { customerId, amount, shipTo, lines } = input;
  return JSON.stringify([customerId, String(amount), shipTo, lines.map(({ sku, quantity, unitPrice }) => [sku, quantity, String(unitPrice)])]);
}

function isOrder(input: unknown): input is OrderPlaced {
  return typeof input === 'object' && input !== null && 'customerId' in input && 'lines' in input;
}
