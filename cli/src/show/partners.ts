import colors from 'picocolors';
import type { Partner, PartnerLedger } from '../gateway/partners.ts';
import { fit, table } from './text.ts';
import { shownInstant } from './time.ts';

const COLOURS: Readonly<Record<Partner['state'], (line: string) => string>> = { well: (line) => line, recovering: colors.yellow, paused: colors.yellow, away: colors.red };

/** Partner systems as a table, one a line; what is away in red. */
export function partnerLines(partners: readonly Partner[]): readonly string[] {
  if (partners.length === 0) return ['no service has called a partner system yet'];
  const heading = ['system', 'called by', 'state', 'since', 'waiting', 'oldest', 'answered/min', 'refused', 'failed', 'why'];
  const rows = partners.map((one) => [
    one.system, one.service, stateOf(one), shownInstant(Date.parse(one.since)), waitingOf(one), momentOf(one.oldestAt),
    String(one.lastMinute.answered), String(one.lastMinute.refused), String(one.lastMinute.failed), fit(whyOf(one), 60).trimEnd(),
  ]);
  return table([heading, ...rows]).map((line, index) => {
    const partner = partners[index - 1];
    return partner ? COLOURS[partner.state](line) : line;
  });
}

/** What waits of each ledger, those that are left alone in yellow; nothing when no call waits and none is left alone. */
export function partnerLedgerLines(partners: readonly Partner[]): readonly string[] {
  const rows = partners.flatMap((one) => one.ledgers.map((ledger) => ({ ledger, cells: ledgerCells(one, ledger) })));
  if (rows.length === 0) return [];
  const heading = ['system', 'ledger', 'waiting', 'oldest', 'settled/min', 'at most/s', 'left alone until'];
  return table([heading, ...rows.map(({ cells }) => cells)]).map((line, index) => (rows[index - 1]?.ledger.throttledUntil ? colors.yellow(line) : line));
}

function ledgerCells({ system, ledgerPerSecond }: Partner, { ledger, waiting, oldestAt, lastMinute, throttledUntil }: PartnerLedger): readonly string[] {
  return [system, fit(ledger, 30).trimEnd(), String(waiting), momentOf(oldestAt), String(lastMinute), ledgerPerSecond === null ? '' : String(ledgerPerSecond), momentOf(throttledUntil)];
}

const momentOf = (at: string | null): string => (at === null ? '' : shownInstant(Date.parse(at)));

const stateOf = ({ state, share }: Partner): string => (state === 'recovering' ? `recovering, ${Math.round(share * 100)}% of its rate` : state);

const waitingOf = ({ waiting, accepted, unknown }: Partner): string => [String(waiting), ...(accepted > 0 ? [`${accepted} accepted`] : []), ...(unknown > 0 ? [`${unknown} unknown`] : [])].join(', ');

function whyOf({ state, pausedBy, note, detail }: Partner): string {
  if (state === 'paused') return `${pausedBy ?? ''}${note ? `: ${note}` : ''}`;
  return state === 'away' ? detail : '';
}
