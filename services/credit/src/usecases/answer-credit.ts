import type { HoldCredit, ReleaseCredit, TopicMessages } from '@order-mesh/contracts';
import { never } from '@order-mesh/kernel';
import { draftOf, type Draft, type Received, type Unit } from '@order-mesh/messaging';
import { creditControl } from '@order-mesh/rules';
import type { Account, Terms } from '../domain/account.ts';
import { answerOf, holdCredit, releaseCredit, type Change, type Hold } from '../domain/hold.ts';
import type { CreditBook, Ports } from './ports.ts';

export type CreditCommand = Received<TopicMessages['credit.commands.v1']>;
export type AnswerCredit = ReturnType<typeof answerCredit>;

/** Holds and gives back credit, in the order asked; each ask and each undo is answered. */
export const answerCredit = ({ book, rules, log }: Ports) => async (batch: readonly CreditCommand[], unit: Unit): Promise<void> => {
  // asked for together, they travel together
  const [page, inForce] = await Promise.all([openPage(book, unit, batch), rules.at(unit.tx, creditControl)]);
  const terms: Terms = { now: unit.now, rules: inForce };

  for (const message of batch) {
    switch (message.type) {
      case 'HoldCredit': {
        const answer = answerOf(hold(page, message.value, terms), message.value.revision);
        unit.send(answer, message);
        const { decisions: [by], ...told } = answer.value;
        log.info(answer.type === 'CreditHeld' ? 'credit held' : 'credit refused', { ...told, rule: by?.rule });
        break;
      }
      case 'ReleaseCredit':
        release(page, message.value);
        unit.send({ type: 'CreditReleased', value: { orderId: message.value.orderId } }, message);
        log.info('credit released', { orderId: message.value.orderId });
        break;
      default: never(message);
    }
  }
  await book.save(unit.tx, { accounts: page.accounts.written(), holds: page.holds.written(), receivables: [] });
};

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

function release(page: Page, { orderId }: ReleaseCredit): void {
  const known = page.holds.get(orderId);
  const account = known && known.status !== 'released' ? page.accounts.get(known.customerId) : undefined;
  write(page, releaseCredit(known, account, orderId));
}

function write(page: Page, { hold: changed, account }: Change): void {
  page.holds.put(changed.orderId, changed);
  if (account) page.accounts.put(account.customerId, account);
}
