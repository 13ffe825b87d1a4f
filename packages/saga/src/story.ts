import type { Duration, Instant } from '@order-mesh/kernel';
import { advance } from './advance.ts';
import type { Saga } from './definition.ts';
import { hear } from './hear.ts';
import type { Remark } from './moves.ts';
import type { SagaState } from './state.ts';
import type { Outgoing } from './words.ts';

/**
 * Tells what happens to one order, sentence by sentence, and throws where the machine tells it differently:
 * `story(orderToCash).begins(order).sends('HoldCredit').hears('CreditRefused', {...}).ends('rejected')`.
 */
export interface Story {
  begins(input: unknown): Story;
  hears<Name extends Outgoing['type']>(type: Name, value: Extract<Outgoing, { readonly type: Name }>['value']): Story;
  /** Lets time pass; a timer that is due by then fires. */
  waits(duration: Duration): Story;
  cancelled(reason: string): Story;
  /** What it began with shall be something else. */
  amended(input: unknown): Story;
  /** A person decides on what finally failed. */
  decided(decision: 'undoAgain' | 'undoneByHand'): Story;
  /** The last sentence made the machine send exactly these, in this order. */
  sends(...types: readonly Outgoing['type'][]): Story;
  remarks(remark: Remark): Story;
  ends(status: SagaState['status'], check?: (state: SagaState) => void): Story;
}

interface Telling {
  readonly state: SagaState | null;
  readonly now: Instant;
  readonly sent: readonly Outgoing[];
  readonly remark: Remark | null;
  readonly told: readonly string[];
}

export function story(saga: Saga, startsAt: Instant = 0): Story {
  return tell(saga, { state: null, now: startsAt, sent: [], remark: null, told: [] });
}

function tell(saga: Saga, so: Telling): Story {
  const next = (sentence: string, message: Parameters<typeof advance>[2] | null, now = so.now): Story => {
    const told = [...so.told, sentence];
    const result = message && advance(saga, so.state, message, now);
    if (!result) return tell(saga, { ...so, now, told, sent: [], remark: null });
    return tell(saga, { state: result.state, now, told, sent: result.sends, remark: result.remark });
  };
  const expect = (what: string, wanted: string, got: string): Story => {
    if (wanted !== got) throw new Error(`${so.told.join(', then ')}: expected ${what} ${wanted}, got ${got}`);
    return tell(saga, so);
  };
  return {
    begins: (input) => next('it begins', { type: 'begin', input }),
    hears: (type, value) => next(`hears ${type}`, hear(saga, { type, value })),
    waits: (duration) => next(`waits ${duration} ms`, { type: 'timedOut' }, so.now + duration),
    cancelled: (reason) => next('is cancelled', { type: 'cancelled', reason }),
    amended: (input) => next('is amended', { type: 'amended', input }),
    decided: (decision) => next(`a person says ${decision}`, { type: decision }),
    sends: (...types) => expect('to send', list(types), list(so.sent.map(({ type }) => type))),
    remarks: (remark) => expect('the remark', remark, so.remark ?? 'none'),
    ends: (status, check) => {
      if (so.state) check?.(so.state);
      return expect('status', status, so.state?.status ?? 'not begun');
    },
  };
}

const list = (types: readonly string[]): string => (types.length === 0 ? 'nothing' : types.join(' and '));
