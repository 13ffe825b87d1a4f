import type { ReadStatement } from '@order-mesh/contracts';
import type { Outgoing, Unit } from '@order-mesh/messaging';
import { silentLog } from './log.ts';
import { statementDesk } from './statements.ts';

const NOON = Date.UTC(2026, 5, 1, 4);

/** A desk that reads what it is told to; `ask` commits a question and its answers are in `sent`. */
function deskOf(read: (from: number) => AsyncIterable<readonly string[]>) {
  const sent: Outgoing[] = [];
  const stops: (() => Promise<void>)[] = [];
  const unitOf = (after: (() => void)[]): Unit => ({ tx: { kind: 'memory' }, now: NOON, send: (message) => { sent.push(message); }, afterCommit: (action) => { after.push(action); } });
  const submit = async <Result>(work: (unit: Unit) => Promise<Result>): Promise<Result> => work(unitOf([]));
  const give = statementDesk({ submit, log: silentLog, onStop: (stop) => { stops.push(stop); } }, {
    side: 'erp', read, messageOf: ({ runId, look, page, isLast }, rows) => (
      { type: 'ErpStatement', value: { runId, look, page, isLast, documents: rows.map((code) => ({ orderId: 'O1', kind: 'receivable', code, state: 'verified', customerId: 'C1', amount: 0n as never, datedAt: NOON })) } }),
  });
  return {
    sent,
    async ask(value: ReadStatement) {
      const after: (() => void)[] = [];
      await give([{ type: 'ReadStatement', value, id: 'm1', key: value.runId, at: NOON, trace: {} }], unitOf(after));
      expect(sent).toEqual([]);
      for (const action of after) action();
    },
    stop: async () => { for (const stop of stops) await stop(); },
    /** Lets everything run that can. */
    settle: () => new Promise((resolve) => { setImmediate(resolve); }),
  };
}

const question = (look = 1): ReadStatement => ({ runId: 'R1', look, from: NOON });
const shortly = (sent: readonly Outgoing[]) => sent.map((message) => (message.type === 'ErpStatement' ? [message.value.page, message.value.isLast, message.value.documents.map(({ code }) => code).join()] : message));

describe('giving a statement', () => {
  it('begins once the question is committed, numbers the pages, and marks the last', async () => {
    const desk = deskOf(async function* (from) { yield* from === NOON ? [['a', 'b'], ['c'], ['d']] : []; });
    await desk.ask(question());
    await desk.settle();
    expect(shortly(desk.sent)).toEqual([[1, false, 'a,b'], [2, false, 'c'], [3, true, 'd']]);
  });

  it('says that there is nothing in one empty page', async () => {
    const desk = deskOf(async function* () {});
    await desk.ask(question());
    await desk.settle();
    expect(shortly(desk.sent)).toEqual([[1, true, '']]);
  });

  it('says why there is none when the book cannot be read to its end', async () => {
    const desk = deskOf(async function* () {
      yield ['a'];
      throw new Error('U8 did not answer');
    });
    await desk.ask(question());
    await desk.settle();
    expect(desk.sent).toEqual([{ type: 'StatementFailed', value: { runId: 'R1', look: 1, side: 'erp', detail: 'U8 did not answer' } }]);
  });

  it('reads for the latest question only, and for none once it is stopped', async () => {
    let goOn = (): void => {};
    const desk = deskOf(async function* () {
      yield ['a'];
      await new Promise<void>((resolve) => { goOn = resolve; });
      yield ['b'];
    });
    await desk.ask(question());
    await desk.settle();
    await desk.ask(question(2));
    goOn();
    await desk.settle();
    expect(desk.sent).toEqual([]);
    const stopped = desk.stop();
    goOn();
    await stopped;
    expect(desk.sent).toEqual([]);
  });

  it('cuts a long part into pages of 1,000', async () => {
    const rows = Array.from({ length: 2_001 }, (_, index) => String(index));
    const desk = deskOf(async function* () { yield* [rows, ['a']]; });
    await desk.ask(question());
    await desk.settle();
    expect(shortly(desk.sent)).toEqual([[1, false, rows.slice(0, 1_000).join()], [2, false, rows.slice(1_000, 2_000).join()], [3, false, '2000'], [4, true, 'a']]);
  });

  it('sends no empty page among others: the last that holds something is the last', async () => {
    const desk = deskOf(async function* () { yield* [[], ['a'], [], [], ['b'], []]; });
    await desk.ask(question());
    await desk.settle();
    expect(shortly(desk.sent)).toEqual([[1, false, 'a'], [2, true, 'b']]);
  });
});
