const SHANGHAI_OFFSET_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;

/** Writes an amount as people read it: `yuan(1_230_000n)` is "12,300.00 CNY". */
export function yuan(fen: bigint): string {
  const digits = (fen < 0n ? -fen : fen).toString().padStart(3, '0');
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${fen < 0n ? '-' : ''}${whole}.${digits.slice(-2)} CNY`;
}

/** The number of the calendar day in Asia/Shanghai, which has had no daylight saving time since 1991. */
export function shanghaiDay(instant: number): number {
  return Math.floor((instant + SHANGHAI_OFFSET_MS) / DAY_MS);
}

/** When the calendar day in Asia/Shanghai of an instant began. */
export const shanghaiDayBegan = (instant: number): number => shanghaiDay(instant) * DAY_MS - SHANGHAI_OFFSET_MS;
