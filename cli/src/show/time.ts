import type { Duration, Instant } from '@order-mesh/kernel';

/** A length of time as people say it: 85 ms, 3.2 s, 4 min 5 s, 2 h 3 min. */
export function shownDuration(elapsed: Duration): string {
  if (elapsed < 1_000) return `${Math.round(elapsed)} ms`;
  if (elapsed < 60_000) return `${(elapsed / 1_000).toFixed(1)} s`;
  const minutes = Math.floor(elapsed / 60_000);
  if (minutes < 60) return `${minutes} min ${Math.floor((elapsed % 60_000) / 1_000)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const inShanghai = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Shanghai', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
});

/** Date and time in Asia/Shanghai: 2026-03-01 09:30:05. */
export function shownInstant(at: Instant): string {
  return inShanghai.format(at);
}

/** Time of day in Asia/Shanghai with milliseconds: 09:30:05.123. */
export function shownClock(at: Instant): string {
  return `${shownInstant(at).slice(11)}.${String(at % 1_000).padStart(3, '0')}`;
}
