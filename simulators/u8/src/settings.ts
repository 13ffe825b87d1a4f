import { addDays, periodOf } from './calendar.ts';

/** How this U8 behaves; can be changed while it runs (POST /_sim/settings). */
export interface U8Settings {
  /** Periods that take no more documents, such as "2026-10". */
  readonly closedPeriods: readonly string[];
  /** A month is closed as soon as it is this day of the next one, by the simulator's clock; 0 leaves closing to `closedPeriods`. */
  readonly monthsCloseOnDay: number;
  /** A sales order that wants more than is free is not verified. */
  readonly refuseShortStock: boolean;
  /** The same when it is saved. */
  readonly refuseShortStockOnSave: boolean;
  /** Documents are verified as they are saved: a workflow of U8's own, without a person. */
  readonly verifyOnSave: boolean;
  /** Documents get U8's next number, whatever number they come with. */
  readonly numbersItself: boolean;
  /** EAI answers a write with `<u8apireturn>` instead of `<item>`. */
  readonly eaiApiReturn: boolean;
  /** Calls a second for each app_key and ledger; 0 is without limit. */
  readonly callsPerSecond: number;
  /** How long a write with sync=0 takes until /result has its answer. */
  readonly resultDelayMs: number;
  /** Writes with sync=0 are taken and not done: /result says 处理中 until this ends. */
  readonly stallResults: boolean;
  /** Writes with sync=0 are done, and /result knows nothing of them. */
  readonly loseResults: boolean;
}

export const USUAL_SETTINGS: U8Settings = {
  closedPeriods: [], monthsCloseOnDay: 0, refuseShortStock: false, refuseShortStockOnSave: false, verifyOnSave: false, numbersItself: false, eaiApiReturn: false, callsPerSecond: 0, resultDelayMs: 300,
  stallResults: false, loseResults: false,
};

/** Whether a period, such as "2026-10", takes no more documents today, which is written "2026-11-24". */
export function isClosed({ closedPeriods, monthsCloseOnDay }: U8Settings, period: string, today: string): boolean {
  return closedPeriods.includes(period) || (monthsCloseOnDay > 0 && period < periodOf(addDays(today, 1 - monthsCloseOnDay)));
}

/** Applies the known fields of a JSON object; answers the problem in words when one has the wrong shape. */
export function changedSettings(settings: U8Settings, wanted: unknown): U8Settings | string {
  if (typeof wanted !== 'object' || wanted === null) return 'settings are an object such as {"refuseShortStock":true}';
  const given = { ...settings, ...(wanted as Partial<Record<keyof U8Settings, unknown>>) };
  const { closedPeriods, monthsCloseOnDay, refuseShortStock, refuseShortStockOnSave, verifyOnSave, numbersItself, eaiApiReturn, callsPerSecond, resultDelayMs, stallResults, loseResults } = given;
  if (!Array.isArray(closedPeriods) || !closedPeriods.every(isPeriod)) return 'closedPeriods is a list of months such as ["2026-10"]';
  if (!isCount(monthsCloseOnDay) || monthsCloseOnDay > 28) return 'monthsCloseOnDay is a day from 1 to 28, or 0';
  const flags = { refuseShortStock, refuseShortStockOnSave, verifyOnSave, numbersItself, eaiApiReturn, stallResults, loseResults };
  if (!areFlags(flags)) return `${Object.keys(flags).join(', ')} are true or false`;
  if (!isCount(callsPerSecond)) return 'callsPerSecond is a number from 0';
  if (!isCount(resultDelayMs)) return 'resultDelayMs is a number from 0';
  return { closedPeriods, monthsCloseOnDay, ...flags, callsPerSecond, resultDelayMs };
}

function isPeriod(value: unknown): value is string {
  return typeof value === 'string' && /^\d{4}-\d{2}$/.test(value);
}

function areFlags<Name extends string>(flags: Readonly<Record<Name, unknown>>): flags is Readonly<Record<Name, boolean>> {
  return Object.values(flags).every((flag) => typeof flag === 'boolean');
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
