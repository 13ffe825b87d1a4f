import type { MessageName, MessageOf, StatedCrmOrder, StatedDocument, StatedOrder } from '@order-mesh/contracts';
import { hours, minutes, seconds, settableClock } from '@order-mesh/kernel';
import type { Outgoing, Unit } from '@order-mesh/messaging';
import { silentLog, type Database, type Submit } from '@order-mesh/platform';
import { pgDifferences, pgRuns } from '../src/outbound/pg-reconciliation.ts';
import { pgStatements } from '../src/outbound/pg-statements.ts';
import { carryOnRun } from '../src/usecases/carry-on-run.ts';
import { decideDifferences, type ReconciliationCommand } from '../src/usecases/decide-differences.ts';
import type { ReconciliationPorts, ReconciliationRules } from '../src/usecases/ports.ts';
import { takeStatements, type ReconciliationEvent } from '../src/usecases/take-statements.ts';
import { NOON } from './scene.ts';

const rules: ReconciliationRules = { reconcileEvery: 0, reconcileDays: 7, grace: seconds(60), secondLookAfter: seconds(15), giveUpAfter: minutes(10) };

/** What each book says in one look. */
export interface Said {
  readonly erp?: readonly StatedDocument[];
  readonly crm?: readonly StatedCrmOrder[];
  readonly mesh?: readonly StatedOrder[];
}

/** The reconciliation over a real PostgreSQL: time stands still until told, and each call is a transaction of its own. */
export function reconciliationDesk(database: Database, change: Partial<ReconciliationRules> = {}) {
  const clock = settableClock(NOON + hours(1));
  const sent: Outgoing[] = [];
  let count = 0;
  /** How many transactions commit before the power goes out. */
  const power = { left: Number.POSITIVE_INFINITY };
  const submit: Submit = (work) => database.transaction(async (tx) => {
    const staged: Outgoing[] = [];
    const unit: Unit = { tx, now: clock.now(), send: (message) => { staged.push(message); }, afterCommit: () => {} };
    const result = await work(unit);
    if ((power.left -= 1) < 0) throw new Error('the power went out');
    sent.push(...staged);
    return result;
  });
  const ports: ReconciliationPorts = { runs: pgRuns(database), statements: pgStatements(database), differences: pgDifferences, submit, clock, log: silentLog, rules: { ...rules, ...change } };
  const received = <Message extends Outgoing>(message: Message, key: string) => ({ ...message, id: `m${count += 1}`, key, at: clock.now(), trace: {} });
  const command = (message: ReconciliationCommand) => submit((unit) => decideDifferences(ports)([message], unit));
  const event = (message: ReconciliationEvent) => submit((unit) => takeStatements(ports)([message], unit));
  const carryOn = carryOnRun(ports);
  const news = (): readonly Outgoing[] => sent.splice(0);
  const last = <Name extends MessageName>(type: Name): MessageOf<Name>['value'] => {
    // the type decides the value
    const found = sent.findLast((message) => message.type === type)?.value as MessageOf<Name>['value'] | undefined;
    if (!found) throw new Error(`no ${type} was sent, but ${sent.map((message) => message.type).join(', ')}`);
    return found;
  };
  const answer = async ({ erp = [], crm = [], mesh = [] }: Said): Promise<void> => {
    const { runId, look } = last('ReadStatement');
    const page = { runId, look, page: 1, isLast: true };
    await event(received({ type: 'ErpStatement', value: { ...page, documents: erp } }, runId));
    await event(received({ type: 'CrmStatement', value: { ...page, orders: crm } }, runId));
    await event(received({ type: 'OrderStatement', value: { ...page, orders: mesh } }, runId));
  };
  return {
    clock, power, carryOn, news, last, answer, event, received, ports,
    start: (runId: string, days = 0) => command(received({ type: 'StartReconciliation', value: { runId, days, requestedBy: '李娜', requestedAt: clock.now() } }, runId)),
    repair: (differenceId: string) => command(received({ type: 'RepairDifference', value: { differenceId, repairedBy: '李娜', requestedAt: clock.now() } }, differenceId)),
    accept: (differenceId: string) => command(received({ type: 'AcceptDifference', value: { differenceId, acceptedBy: '李娜', reason: 'agreed', requestedAt: clock.now() } }, differenceId)),
    /** A whole reconciliation in which the books say the same in both looks; gives what was told of it. */
    async compare(runId: string, said: Said, days = 0): Promise<readonly Outgoing[]> {
      await this.start(runId, days);
      await answer(said);
      await carryOn();
      clock.advance(seconds(15));
      await carryOn();
      if (last('ReadStatement').look === 2) {
        await answer(said);
        await carryOn();
      }
      return news();
    },
  };
}

/** The differences told, shortly. */
export const told = (messages: readonly Outgoing[]): readonly string[] =>
  messages.flatMap((message) => (message.type === 'DifferenceChanged' ? [`${message.value.orderId} ${message.value.class} ${message.value.status}`] : []));
