/** How this U8 behaves; can be changed while it runs (POST /_sim/settings). */
export interface U8Settings {
  /** Periods that take no more documents, such as "2026-10". */
  readonly closedPeriods: readonly string[];
  /** A sales order that wants more than is free is not verified. */
  readonly refuseShortStock: boolean;
  /** Calls a second for each app_key and ledger; 0 is without limit. */
  readonly callsPerSecond: number;
  /** How long a write with sync=0 takes until /result has its answer. */
  readonly resultDelayMs: number;
}

export const USUAL_SETTINGS: U8Settings = { closedPeriods: [], refuseShortStock: false, callsPerSecond: 0, resultDelayMs: 300 };

/** Applies the known fields of a JSON object; answers the problem in words when one has the wrong shape. */
export function changedSettings(settings: U8Settings, wanted: unknown): U8Settings | string {
  if (typeof wanted !== 'object' || wanted === null) return 'settings are an object such as {"refuseShortStock":true}';
  const { closedPeriods = settings.closedPeriods, refuseShortStock = settings.refuseShortStock } = wanted as Partial<Record<keyof U8Settings, unknown>>;
  const { callsPerSecond = settings.callsPerSecond, resultDelayMs = settings.resultDelayMs } = wanted as Partial<Record<keyof U8Settings, unknown>>;
  if (!Array.isArray(closedPeriods) || !closedPeriods.every(isPeriod)) return 'closedPeriods is a list of months such as ["2026-10"]';
  if (typeof refuseShortStock !== 'boolean') return 'refuseShortStock is true or false';
  if (!isCount(callsPerSecond)) return 'callsPerSecond is a number from 0';
  if (!isCount(resultDelayMs)) return 'resultDelayMs is a number from 0';
  return { closedPeriods, refuseShortStock, callsPerSecond, resultDelayMs };
}

function isPeriod(value: unknown): value is string {
  return typeof value === 'string' && /^\d{4}-\d{2}$/.test(value);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
