import type { CreditEvidence, HoldCredit, ReleaseCredit, TopicMessages } from '@order-mesh/contracts';
import { never } from '@order-mesh/kernel';
import { draftOf, type Draft, type Received, type Unit } from '@order-mesh/messaging';
import { creditControl } from '@order-mesh/rules';
import type { Account, Terms } from '../domain/account.ts';
import { evidenceOf, noHistory } from '../domain/evidence.ts';
import { answerOf, frozenIn, holdCredit, releaseCredit, type Change, type Hold } from '../domain/hold.ts';
import { shanghaiDayBegan } from '../domain/words.ts';
import type { CreditBook, Ports } from './ports.ts';

export type CreditCommand = Received<TopicMessages['credit.commands.v1']>;
export type AnswerCredit = ReturnType<typeof answerCredit>;

/** Holds and gives back credit, in the order asked; each ask and each undo is answered. */
export const answerCredit = ({ book, rules, log }: Ports) => async (batch: readonly CreditCommand[], unit: Unit): Promise<void> => {
  // asked for together, they travel together
  const [page, inForce] = await Promise.all([openPage(book, unit, batch), rules.at(unit.tx, creditControl)]);
  const terms: Terms = { now: unit.now, rules: inForce };

  const decided = batch.map((message) => ({ message, change: message.type === 'HoldCredit' ? hold(page, message.value, terms) : release(page, message.value) }));
  const evidence = await evidenceFor(book, unit, decided.map(({ change }) => change));

  for (const { message, change } of decided) {
    switch (message.type) {
      case 'HoldCredit': {
        const answer = answerOf(change, message.value.revision, evidence.get(change));
        unit.send(answer, message);
        const { decisions: [by], ...told } = answer.value;
        log.info(answer.type === 'CreditHeld' ? 'credit held' : 'credit refused', { ...told, evidence: undefined, rule: by?.rule });
        break;
      }
      case 'ReleaseCredit':
        unit.send({ type: 'CreditReleased', value: { orderId: message.value.orderId } }, message);
        log.info('credit released', { orderId: message.value.orderId });
        break;
      default: never(message);
    }
  }
  await book.save(unit.tx, { accounts: page.accounts.written(), holds: page.holds.written(), receivables: [] });
};

/** What people who are asked about a freeze have to know: read only where somebody is asked, for all of a batch at once. */
async function evidenceFor(book: CreditBook, { tx, now }: Unit, changes: readonly Change[]): Promise<ReadonlyMap<Change, readonly CreditEvidence[]>> {
  const frozen = changes.flatMap((change) => { const found = frozenIn(change); return found ? [{ change, ...found }] : []; });
  if (frozen.length === 0) return new Map();
  const customerIds = [...new Set(frozen.map(({ customerId }) => customerId))];
  const histories = await book.histories(tx, { customerIds, orderIds: frozen.map(({ change }) => change.hold.orderId), today: shanghaiDayBegan(now) });
  return new Map(frozen.map(({ change, customerId, record }) => [change, [evidenceOf(record, histories.get(customerId) ?? noHistory)]]));
}

interface Page {
  readonly accounts: Draft<Account>;
  readonly holds: Draft<Hold>;
}

async function openPage(book: CreditBook, unit: Unit, batch: readonly CreditCommand[]): Promise<Page> {
  const customerIds = batch.flatMap((message) => (message.type === 'HoldCredit' ? [message.value.customerId] : []));
  const orderIds = batch.map((message) => message.value.orderId);
  const { accounts, holds } = await book.load(unit.tx, { customerIds, orderIds, receivableIds: [] });
  return { accounts: draftOf(accounts), holds: draftOf(holds) };
}

function hold(page: Page, { orderId, customerId, amount, approvalId, revision, startedAt }: HoldCredit, terms: Terms): Change {
  const known = page.holds.get(orderId);
  const change = holdCredit(known, page.accounts.get(customerId), { orderId, customerId, amount, approvalId, revision, startedAt }, terms);
  if (change.hold !== known) write(page, change);
  return change;
}

function release(page: Page, { orderId }: ReleaseCredit): Change {
  const known = page.holds.get(orderId);
  const account = known && known.status !== 'released' ? page.accounts.get(known.customerId) : undefined;
  const change = releaseCredit(known, account, orderId);
  write(page, change);
  return change;
}

function write(page: Page, { hold: changed, account }: Change): void {
  page.holds.put(changed.orderId, changed);
  if (account) page.accounts.put(account.customerId, account);
}
