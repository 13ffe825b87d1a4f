import type { Duration } from '@order-mesh/kernel';
import type { Verdict } from '@order-mesh/verify';
import colors from 'picocolors';
import { fit, widthOf } from './text.ts';
import { shownDuration } from './time.ts';

const MARKS: Readonly<Record<Verdict['status'], string>> = { 'holds': colors.green('✔'), 'violated': colors.red('✘'), 'not-applicable': colors.dim('-') };

/** The verdicts as a person reads them: a line each with what was looked at, below it what could not be checked and what offends. */
export function verdictLines(verdicts: readonly Verdict[], took: Duration): readonly string[] {
  const width = Math.max(...verdicts.map(({ title }) => widthOf(title)));
  const lines = verdicts.flatMap((verdict) => [
    `${MARKS[verdict.status]} ${fit(verdict.id, 3)} ${fit(verdict.title, width)}  ${figuresOf(verdict)}`,
    ...verdict.notChecked.map((why) => colors.dim(`      not checked: ${why}`)),
    ...verdict.rows.map(({ subject, problem }) => `      ${colors.red(subject)} ${problem}`),
    ...(verdict.violations > verdict.rows.length ? [colors.dim(`      and ${verdict.violations - verdict.rows.length} more; --rows shows more of them`)] : []),
  ]);
  return [...lines, summaryOf(verdicts, took)];
}

function figuresOf({ status, checked, violations }: Verdict): string {
  if (status === 'not-applicable') return colors.dim('does not apply yet');
  const figures = Object.entries(checked).map(([what, count]) => `${count.toLocaleString('en')} ${what}`).join(', ');
  return status === 'violated' ? `${colors.red(`violated by ${violations.toLocaleString('en')}`)} of ${figures}` : figures;
}

function summaryOf(verdicts: readonly Verdict[], took: Duration): string {
  const count = (status: Verdict['status']): number => verdicts.filter((verdict) => verdict.status === status).length;
  const violated = count('violated');
  const words = [`${count('holds')} hold`, violated > 0 ? colors.red(`${violated} violated`) : '0 violated', ...(count('not-applicable') > 0 ? [`${count('not-applicable')} do not apply yet`] : [])];
  return colors.bold(`${words.join(', ')} (${shownDuration(took)})`);
}
