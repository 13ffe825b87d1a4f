import { hours, settableClock } from '@order-mesh/kernel';
import type { Outgoing, Unit } from '@order-mesh/messaging';
import { createCongestion, createMetrics, silentLog } from '@order-mesh/platform';
import type { CallResult, Inquiry, PartnerOperation, PendingCall, SettledCall } from './call.ts';
import { callDesk } from './desk.ts';
import { memoryCallLedger } from './memory-ledger.ts';
import type { DeskRuntime } from './runtime.ts';

/** A carrier with a book of its own, told what to do wrong next. */
export function carrier() {
  const book: string[] = [];
  const mishaps: ('lose the answer' | 'be away' | 'say no' | 'hang')[] = [];
  let inquiries = 0;
  const plan = {
    async perform([call]: readonly PendingCall<{ readonly city: string }>[], signal: AbortSignal): Promise<readonly CallResult<string>[]> {
      const mishap = mishaps.shift();
      if (mishap === 'say no') return [{ type: 'refused', reason: 'not-served', detail: 'no' }];
      if (mishap === 'be away') throw Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
      book.push(call?.key ?? '');
      if (mishap === 'hang') await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
      if (mishap === 'lose the answer') throw new Error('socket hang up');
      return [{ type: 'answered', answer: `SF-${call?.orderId}` }];
    },
    async inquire(call: PendingCall<{ readonly city: string }>): Promise<Inquiry<string>> {
      inquiries += 1;
      return book.includes(call.key) ? { type: 'answered', answer: `SF-${call.orderId}` } : { type: 'absent' };
    },
  } satisfies PartnerOperation<{ readonly city: string }, string>;
  return { plan, book, mishaps, inquiries: () => inquiries };
}

function world() {
  const clock = settableClock(1_000_000);
  const ticks: (() => Promise<void>)[] = [];
  const stops: (() => Promise<void>)[] = [];
  const sent: Outgoing[] = [];
  const submit: DeskRuntime['submit'] = async (work) => {
    const after: (() => void)[] = [];
    const unit: Unit = { tx: { kind: 'memory' }, now: clock.now(), send: (message) => void sent.push(message), afterCommit: (action) => void after.push(action) };
    const result = await work(unit);
    for (const action of after) action();
    return result;
  };
  const runtime: DeskRuntime = {
    clock, submit, log: silentLog, metrics: createMetrics({ processMetrics: false }),
    database: { query: () => Promise.reject(new Error('no database here')), transaction: () => Promise.reject(new Error('no database here')), close: async () => {} },
    repeat: (_name, every, work) => { if (every <= 1_000) ticks.push(work); },
    onStop: (stop) => void stops.push(stop),
    congestion: createCongestion(silentLog, createMetrics({ processMetrics: false })),
  };
  const tick = async () => { for (const one of ticks) await one(); await settled(); };
  return { clock, runtime, submit, sent, tick, stop: async () => { for (const one of stops) await one(); } };
}

/** Lets what is under way end. */
export const settled = () => new Promise((resolve) => setTimeout(resolve, 15));

type Partner = Omit<ReturnType<typeof carrier>, 'plan'> & { readonly plan: PartnerOperation<{ readonly city: string }, string> };

/** A desk for a partner, in a process of its own; its clock stands until it is moved. */
export async function open(limits = {}, partner: Partner = carrier(), ledger = memoryCallLedger()) {
  const place = world();
  const ended: SettledCall[] = [];
  const desk = callDesk({
    service: 'logistics', system: 'carrier', runtime: place.runtime, ledger, operations: { plan: partner.plan }, limits,
    settle: async (calls) => void ended.push(...calls),
  });
  await place.tick();
  const call = (orderId: string, named = 'C1') => ({ key: `plan/${orderId}`, operation: 'plan' as const, orderId, ledger: named, request: { city: '苏州' }, giveUpAt: place.clock.now() + hours(1) });
  const askFor = (ledgerName: string, ...orderIds: string[]) => place.submit((unit) => desk.ask(unit, orderIds.map((orderId) => call(orderId, ledgerName))));
  const ask = (...orderIds: string[]) => askFor('C1', ...orderIds);
  return { ...partner, ...place, desk, ask, askFor, ended };
}
