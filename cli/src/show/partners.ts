import colors from 'picocolors';
import type { Partner } from '../gateway/partners.ts';
import { fit, table } from './text.ts';
import { shownInstant } from './time.ts';

const COLOURS: Readonly<Record<Partner['state'], (line: string) => string>> = { well: (line) => line, recovering: colors.yellow, paused: colors.yellow, away: colors.red };

/** Partner systems as a table, one a line; what is away in red. */
export function partnerLines(partners: readonly Partner[]): readonly string[] {
  if (partners.length === 0) return ['no service has called a partner system yet'];
  const heading = ['system', 'called by', 'state', 'since', 'waiting', 'oldest', 'answered/min', 'refused', 'failed', 'why'];
  const rows = partners.map((one) => [
    one.system, one.service, stateOf(one), shownInstant(Date.parse(one.since)), waitingOf(one), one.oldestAt === null ? '' : shownInstant(Date.parse(one.oldestAt)),
    String(one.lastMinute.answered), String(one.lastMinute.refused), String(one.lastMinute.failed), fit(whyOf(one), 60).trimEnd(),
  ]);
  return table([heading, ...rows]).map((line, index) => {
    const partner = partners[index - 1];
    return partner ? COLOURS[partner.state](line) : line;
  });
}

const stateOf = ({ state, share }: Partner): string => (state === 'recovering' ? `recovering, ${Math.round(share * 100)}% of its rate` : state);

const waitingOf = ({ waiting, unknown }: Partner): string => (unknown === 0 ? String(waiting) : `${waiting}, ${unknown} unknown`);

function whyOf({ state, pausedBy, note, detail }: Partner): string {
  if (state === 'paused') return `${pausedBy ?? ''}${note ? `: ${note}` : ''}`;
  return state === 'away' ? detail : '';
}
