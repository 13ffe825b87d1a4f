import type { Adoption } from '../gateway/rules.ts';
import { table } from './text.ts';

/** How far the business changes its rules itself, in a few sentences and a line a month. */
export function adoptionLines(adoption: Adoption): readonly string[] {
  const { live, liveByBusiness, liveByIt, liveByUnknown, months, unknownAuthors } = adoption;
  return [
    `${live} changes went live: ${liveByBusiness} by the business, ${liveByIt} by IT, ${liveByUnknown} by people nobody knows${shareOf(adoption)}`,
    leadTimeLine(adoption),
    ...(unknownAuthors.length === 0 || !adoption.hasDirectory ? [] : [`not in the directory: ${unknownAuthors.join(', ')}; they count against the share`]),
    '',
    ...table([
      ['month', 'asked', 'live', 'by business', 'by IT', 'unknown', 'rollbacks', 'rejected', 'refused'],
      ...months.map((one) => [one.month, ...[one.asked, one.live, one.liveByBusiness, one.liveByIt, one.liveByUnknown, one.rollbacks, one.rejected, one.refused].map(String)]),
    ]),
  ];
}

function shareOf({ businessShare, hasDirectory }: Adoption): string {
  if (!hasDirectory) return '; who is of the business is told by APPROVALS_PEOPLE_FILE, which is not set';
  return businessShare === null ? '' : `; share of the business ${Math.round(businessShare * 1_000) / 10} %`;
}

function leadTimeLine({ leadTime }: Adoption): string {
  if (leadTime === null) return 'no proposal went live, so nothing is known of how long one takes';
  return `from asked for to live: median ${duration(leadTime.medianSeconds)}, nine of ten within ${duration(leadTime.p90Seconds)} (${leadTime.changes} proposals)`;
}

const STEPS = [[86_400, 'd'], [3_600, 'h'], [60, 'min'], [1, 's']] as const;

function duration(seconds: number): string {
  const [length, unit] = STEPS.find(([size]) => seconds >= size) ?? [1, 's'];
  return `${Math.round((seconds / length) * 10) / 10} ${unit}`;
}
