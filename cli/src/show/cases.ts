import colors from 'picocolors';
import type { Case, CaseStory } from '../gateway/cases.ts';
import { timelineLines } from './orders.ts';
import { fit, table } from './text.ts';
import { shownInstant } from './time.ts';

/** Cases as a table, one a line; what is overdue in red. */
export function caseLines(cases: readonly Case[]): readonly string[] {
  if (cases.length === 0) return ['no such cases'];
  const heading = ['order', 'due', 'status', 'kind', 'step', 'owner', 'looked after by', 'why'];
  const rows = cases.map((one) => [
    one.orderId, `${shownInstant(Date.parse(one.dueAt))}${one.overdue ? ' overdue' : ''}`, statusOf(one), one.kind, one.step, one.owner, one.assignee ?? '', fit(one.detail, 80).trimEnd(),
  ]);
  return table([heading, ...rows]).map((line, index) => (cases[index - 1]?.overdue ? colors.red(line) : line));
}

/** One case: why, whose, until when, what was decided, and all that happened to its order. */
export function caseStory(story: CaseStory): readonly string[] {
  const { orderId, kind, step, detail, reason, owner, assignee, openedAt, dueAt, overdue, openings, decision, decidedBy, decidedAt, note, outcome, status, timeline } = story;
  const due = `due ${shownInstant(Date.parse(dueAt))} in Shanghai`;
  return [
    `${colors.bold(`case of order ${orderId}`)}: ${status}${outcome === null ? '' : `, ${outcome}`}`,
    `${kind} at ${step}: ${detail} (${reason})`,
    `${assignee === null ? `for ${owner}` : `${assignee} looks after it for ${owner}`}, opened ${shownInstant(Date.parse(openedAt))}${openings > 1 ? ` for the ${openings}. time` : ''}, ${overdue ? colors.red(`${due}: overdue`) : due}`,
    ...(decision === null ? [] : [`${decidedBy ?? ''} decided ${decision}${decidedAt === null ? '' : `, ${shownInstant(Date.parse(decidedAt))}`}${note ? `: ${note}` : ''}`]),
    '',
    ...timelineLines(timeline),
  ];
}

function statusOf({ status, outcome }: Case): string {
  return outcome === null ? status : `${status}, ${outcome}`;
}
