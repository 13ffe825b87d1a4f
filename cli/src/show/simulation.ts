import { fen } from '@order-mesh/kernel';
import { valuesInWords, type DecisionPoint } from '@order-mesh/rules';
import colors from 'picocolors';
import type { Shadow, ShadowExample, SimulatedExample, SimulatedGift, SimulatedOutcome, Simulation } from '../gateway/rules.ts';
import { shownYuan } from './money.ts';
import { table } from './text.ts';
import { shownInstant } from './time.ts';

const ASKS_A_PERSON = 'ask';
const isWhole = (text: string): boolean => /^-?\d+$/.test(text);
const yuan = (amountFen: string): string => (isWhole(amountFen) ? shownYuan(fen(BigInt(amountFen))) : amountFen);

/** How far a simulation is, in one line. */
export const simulationProgress = ({ checked, total, changed }: Simulation): string => `${checked} of ${total} past decisions looked at, ${changed} would be others`;

/** What rules would have changed: orders, money, what is given, approvals that they would have caused, and some examples. */
export function simulationLines(point: DecisionPoint, { state, detail, checked, changed, outcomes, examples }: Simulation): readonly string[] {
  if (state === 'refused') return [colors.red(`cannot be simulated: ${detail}`)];
  const others = othersIn(outcomes);
  return [
    changed === 0 ? colors.green(`nothing would change, in ${checked} past decisions`) : colors.bold(`${changed} of ${checked} past decisions would be others`),
    ...(detail === '' ? [] : [colors.yellow(detail)]),
    ...(others.length === 0 ? [] : tableOf(others)),
    ...(checked === 0 ? ['no past decisions of that time are kept'] : [...givenLines(outcomes), ...marginLines(outcomes), ...approvalLines(point, outcomes)]),
    ...(examples.length === 0 ? [] : ['', 'for instance']),
    ...examples.slice(0, 5).map((example) => exampleLine(point, example)),
  ];
}

/** What a change would have decided since it decides silently: orders, money, what is given, approvals, and up to ten examples with both rules. */
export function shadowLines(point: DecisionPoint, shadow: Shadow): readonly string[] {
  const { changeId, since, until, decisions, checked, changed, outcomes, examples, endedBecause, endedBy } = shadow;
  const end = endedBecause === '' ? `until ${moment(until)}` : `over: ${endedBecause}${endedBy === null ? '' : ` by ${endedBy}`}`;
  const others = othersIn(outcomes);
  return [
    colors.bold(`change ${changeId} at ${point.name}, since ${moment(since)}, ${end}`),
    decisions === 0 ? 'nothing was decided beside it yet' : `${decisions} decisions on ${checked} orders; ${changed === 0 ? 'none' : changed} would have come out otherwise`,
    ...(others.length === 0 ? [] : tableOf(others)),
    ...(checked === 0 ? [] : [...givenLines(outcomes), ...approvalLines(point, outcomes)]),
    ...(examples.length === 0 ? [] : ['', 'for instance']),
    ...examples.map((example) => shadowExampleLine(point, example)),
  ];
}

const moment = (iso: string | null): string => (iso === null ? '?' : shownInstant(Date.parse(iso)));

const othersIn = (outcomes: readonly SimulatedOutcome[]): readonly SimulatedOutcome[] => outcomes.filter((outcome) => outcome.was !== outcome.would || outcome.given !== outcome.wouldGive);

function tableOf(others: readonly SimulatedOutcome[]): readonly string[] {
  const [gives, hasMargin] = [others.some(isGift), others.some(({ margin }) => margin !== undefined)];
  const rows = others.map(({ was, would, orders, amount, given = '', wouldGive = '', margin }) =>
    [was, would, String(orders), yuan(amount), ...(gives ? [yuan(given), yuan(wouldGive)] : []), ...(hasMargin ? marginCells(margin) : [])]);
  return table([['was', 'would be', 'orders', 'CNY', ...(gives ? ['given', 'would give'] : []), ...(hasMargin ? ['margin', 'would be'] : [])], ...rows]).map((line) => `  ${line}`);
}

function givenLines(outcomes: readonly SimulatedOutcome[]): readonly string[] {
  const gifts = outcomes.filter(isGift);
  if (gifts.length === 0) return [];
  const [given, wouldGive] = [sumOf(gifts.map((one) => one.given)), sumOf(gifts.map((one) => one.wouldGive))];
  const more = wouldGive - given;
  return [`given: ${shownYuan(fen(wouldGive))} CNY instead of ${shownYuan(fen(given))} CNY${more === 0n ? '' : ` (${more > 0n ? '+' : ''}${shownYuan(fen(more))})`}; budgets and floors are not looked at`];
}

/** What is left above the costs, of the orders whose costs are all known; the floors of lines are not looked at, so it may really stay higher. */
function marginLines(outcomes: readonly SimulatedOutcome[]): readonly string[] {
  const known = outcomes.flatMap(({ margin }) => (margin ? [margin] : []));
  if (known.length === 0) return outcomes.some(isGift) ? ['margin: of no order all costs are known'] : [];
  const [paid, wouldPay, cost] = [sumOf(known.map((one) => one.paid)), sumOf(known.map((one) => one.wouldPay)), sumOf(known.map((one) => one.cost))];
  const [of, all] = [known.reduce((sum, { orders }) => sum + orders, 0), outcomes.reduce((sum, { orders }) => sum + orders, 0)];
  return [`margin: ${percentLeft(wouldPay, cost)} instead of ${percentLeft(paid, cost)}, ${shownYuan(fen(wouldPay - cost))} CNY instead of ${shownYuan(fen(paid - cost))} CNY, of the ${of} of ${all} orders that stand and whose costs are known`];
}

const marginCells = (margin: SimulatedOutcome['margin']): readonly string[] => (margin ? [margin.paid, margin.wouldPay].map((paid) => percentLeft(sumOf([paid]), sumOf([margin.cost]))) : ['', '']);

/** Such as "12.3 %"; nothing is left of nothing. */
const percentLeft = (paid: bigint, cost: bigint): string => (paid > 0n ? `${(Number(paid - cost) / Number(paid) * 100).toFixed(1)} %` : '-');

function approvalLines({ outputs }: DecisionPoint, outcomes: readonly SimulatedOutcome[]): readonly string[] {
  if (!outputs.some((field) => field.type === 'choice' && field.choices.some(({ value }) => value === ASKS_A_PERSON))) return [];
  const asks = (of: 'was' | 'would'): number => outcomes.reduce((sum, outcome) => sum + (outcome[of] === ASKS_A_PERSON ? outcome.orders : 0), 0);
  const more = asks('would') - asks('was');
  return [`approvals asked for: ${asks('would')} instead of ${asks('was')}${more === 0 ? '' : ` (${more > 0 ? '+' : ''}${more})`}`];
}

function exampleLine({ inputs }: DecisionPoint, example: SimulatedExample): string {
  const { orderId, was, would, rule, facts } = example;
  return `  ${orderId}: ${was} would be ${would} by ${rule ?? 'no rule'}${giftIn(example)} (${valuesInWords(inputs, facts)})`;
}

function shadowExampleLine({ inputs }: DecisionPoint, example: ShadowExample): string {
  const { orderId, was, wasRule, would, rule, facts } = example;
  return `  ${orderId}: live says ${was} by ${wasRule ?? 'no rule'}, shadow says ${would} by ${rule ?? 'no rule'}${giftIn(example)} (${valuesInWords(inputs, facts)})`;
}

const giftIn = (example: SimulatedGift): string => (isGift(example) ? `, ${yuan(example.wouldGive)} CNY off instead of ${yuan(example.given)}` : '');

const isGift = <One extends SimulatedGift>(one: One): one is One & Required<SimulatedGift> => one.given !== undefined && one.wouldGive !== undefined;

const sumOf = (amounts: readonly string[]): bigint => amounts.reduce((sum, amount) => sum + (isWhole(amount) ? BigInt(amount) : 0n), 0n);
