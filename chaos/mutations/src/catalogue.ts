import type { Mutation } from './mutation.ts';

const SAGA = 'packages/saga/dist/advance.js';
const MOVES = 'packages/saga/dist/moves.js';
const AMEND = 'packages/saga/dist/amend.js';
const TRANSACT = 'packages/messaging/dist/processor/transact.js';
const PUBLISHER = 'packages/messaging/dist/processor/publisher.js';
const WORKER = 'packages/outbound/dist/worker.js';
const NEXT = 'packages/outbound/dist/next.js';
const HOLD = 'services/credit/dist/domain/hold.js';
const ACCOUNT = 'services/credit/dist/domain/account.js';
const LOCK = 'services/inventory/dist/domain/lock.js';
const BUDGET = 'services/pricing/dist/domain/budget.js';
const CUSTOMER = 'services/pricing/dist/domain/customer.js';
const PRICE = 'services/pricing/dist/domain/price-order.js';
const RECORD = 'packages/rules/dist/record.js';
const RULE_BOOK = 'packages/rulebook/dist/pg-rule-book.js';

const one = (name: string, breaks: string, module: string, [find, replace]: readonly [string, string]): Mutation => ({ name, breaks, module, edits: [{ find, replace }] });

/** Bugs that somebody could write. Whatever claims to guard the mesh has to find each of them. */
export const mutations: readonly Mutation[] = [
  one('lost-undo', 'The first step of an order is not undone.', MOVES,
    ['turn.saga.steps.slice(0, last + 1)', 'turn.saga.steps.slice(1, last + 1)']),
  one('step-in-progress-not-undone', 'A step that has been asked, but has not answered, is not undone when the order is cancelled.', SAGA,
    [`return undoAll(turn, state, { type: 'cancelled', reason });`, `return startUndo(turn, state, { type: 'cancelled', reason }, turn.saga.steps.findIndex(({ name }) => name === state.step) - 1);`]),
  one('amendment-kept-after-a-refusal', 'An order whose amendment was refused goes on as if it had been granted.', AMEND,
    ['const facts = { ...state.facts, [turn.saga.inputName]: amending.before };', 'const facts = state.facts;']),
  {
    name: 'offsets-before-effects', breaks: 'Progress is committed before what was done for it: a crash in between loses messages.', module: TRANSACT,
    edits: [
      { find: 'return store.transaction(', replace: 'if (work.moves.length > 0) await store.transaction((first) => store.advanceProgress(first, work.moves)); return store.transaction(' },
      { find: 'const advanced = moves.length === 0 ? true : store.advanceProgress(tx, moves);', replace: 'const advanced = true;' },
    ],
  },
  one('outbox-dropped-before-publish', 'The outbox forgets messages before the broker has acknowledged them.', PUBLISHER,
    ['await this.#producer.publish(batch.flatMap(({ records }) => records));',
    'await this.#store.dropFromOutbox(batch.map(({ outboxId }) => outboxId)); await this.#producer.publish(batch.flatMap(({ records }) => records));']),
  one('outbox-left-behind', 'What a crash left in the outbox is never published.', PUBLISHER,
    ['for (const row of left) {', 'for (const row of left.slice(left.length)) {']),
  one('unknown-taken-for-not-done', 'A call that was not answered is taken for one that was not made.', NEXT,
    [`return found.type === 'unavailable' ? call.known : 'unknown';`, `return 'not-done';`]),
  one('double-hold', 'Credit that is asked for once is held twice.', HOLD,
    ['held: account.held + request.amount', 'held: account.held + 2n * request.amount']),
  one('released-twice', 'Giving back credit that was refused or given back before gives it back again.', HOLD,
    [`return isActive(hold) ? { ...account, held: account.held - hold.amount } : account;`, 'return { ...account, held: account.held - (hold.amount ?? 0n) };']),
  one('over-limit-hold', 'What other orders hold is left out when a limit is looked at.', ACCOUNT,
    ['const exposure = exposureOf(account) + request.amount;', 'const exposure = account.owed + request.amount;']),
  one('lock-given-back-twice', 'A lock remembers nothing of its release, so its stock is given back with every undo.', LOCK,
    [`return { lock: { status: 'released', orderId }, move: 'give-back'`, `return { lock: known ?? { status: 'released', orderId }, move: 'give-back'`]),
  one('lock-not-given-back', 'The undo of a lock is answered, but its stock stays reserved.', LOCK,
    ['lines: known ? reservedBy(known) : [] };', 'lines: [] };']),
  one('budget-without-end', 'A promotion goes on after its budget is gone.', BUDGET,
    ['budget === 0n || spent + amount <= budget', 'budget === 0n || spent <= budget']),
  one('budget-not-given-back', 'The undo of a price is answered, but what the order took of a promotion stays taken.', PRICE,
    ['budgets: claim ? [budgetOf(claim.rule)] : [] };', 'budgets: [] };']),
  one('many-first-orders', 'Every order of a new customer is its first.', CUSTOMER,
    ['return firstOrder === orderId;', 'return true;']),
  one('other-facts-recorded', 'A decision is kept with other facts than it was made on.', RECORD,
    ['{ facts, moment: { now, placedAt }, ...rules.decide(facts, occasion) }', '{ facts: { ...facts, daysOverdue: 0 }, moment: { now, placedAt }, ...rules.decide(facts, occasion) }']),
  one('rules-not-kept', 'The rules that a decision names are kept nowhere.', RULE_BOOK,
    ['if (!noted.has(rules.hash) && (await note(tx, rules)))', 'if (noted.has(rules.hash))']),
  one('timer-lost-in-a-crash', 'Nobody looks for calls whose time has come: what a crashed process had begun is never gone on with.', WORKER,
    ['if (this.#mayBeDue || (waiting > 0 && (await this.#options.ledger.anyDue(this.#now))))', 'if (this.#mayBeDue)']),
];
