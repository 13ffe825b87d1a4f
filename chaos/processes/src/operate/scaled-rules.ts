/** Prometheus scrapes every other second: more often there is nothing new. */
const LEAST_INTERVAL_MS = 1_000;

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const DURATION = '(\\d+)(ms|s|m|h|d)';
const HOLDS = new RegExp(`(\\bfor: )${DURATION}\\b`, 'g');
const INTERVAL = new RegExp(`(\\binterval: )${DURATION}\\b`, 'g');
const WINDOW = new RegExp(`(\\[)${DURATION}(?=\\])`, 'g');

/**
 * The same rule file in which time goes faster: how long a condition must hold, how often rules are evaluated (once a second at most) and the windows that expressions
 * look back over are shorter by this factor. Expressions and their limits are left as they are.
 */
export function scaledRules(text: string, factor: number): string {
  if (!(factor >= 1)) throw new RangeError(`time can only go faster, got a factor of ${factor}`);
  const shorter = (least: number) => (_: string, before: string, count: string, unit: string): string => `${before}${Math.max(least, Math.round(Number(count) * (UNITS[unit] ?? 0) / factor))}ms`;
  return text.replaceAll(HOLDS, shorter(0)).replaceAll(INTERVAL, shorter(LEAST_INTERVAL_MS)).replaceAll(WINDOW, shorter(0));
}
