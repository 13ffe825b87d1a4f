import colors from 'picocolors';
import type { Redriven } from '../dlq/redrive.ts';
import type { Letter, LetterDetail, LetterStatus } from '../gateway/dead-letters.ts';
import { fit, table } from './text.ts';
import { shownInstant } from './time.ts';

/** Letters as a table, one a line. */
export function letterLines(letters: readonly Letter[]): readonly string[] {
  if (letters.length === 0) return ['no such dead letters'];
  const heading = ['letter', 'since', 'service', 'record', 'order', 'message', 'class', 'status', 'what failed'];
  const rows = letters.map((letter) => [
    letter.id, shownInstant(Date.parse(letter.at)), letter.service, `${letter.topic}/${letter.partition}/${letter.offset}`, fit(letter.orderId ?? '', 24).trimEnd(),
    `${letter.type ?? ''}${letter.edited ? ' (edited)' : ''}`, letter.class, letter.status, fit(letter.detail, 80).trimEnd(),
  ]);
  return table([heading, ...rows]);
}

/** One letter: its cause, what to do, its message, and all it came from or led to. */
export function letterStory(letter: LetterDetail): readonly string[] {
  const { id, service, topic, partition, offset, status, detail, advice, reason, attempts, key, orderId, type, from, originalId, message, sizeBytes, rawBase64, lineage, elsewhere } = letter;
  return [
    `${colors.bold(`dead letter ${id}`)}: ${service} could not take ${topic}/${partition}/${offset}`,
    `${MARKS[status](status)}${decision(letter)}`,
    `${colors.red(detail)} (${reason}, tried ${attempts} ${attempts === 1 ? 'time' : 'times'})`,
    colors.yellow(advice),
    '',
    `message   ${type ?? 'unknown'}${from === null ? '' : ` from ${from}`}, ${originalId}, ${sizeBytes} bytes, since ${shownInstant(Date.parse(letter.at))} in Shanghai`,
    `key       ${key}${orderId === null ? '' : ` ("mesh orders show ${orderId}")`}`,
    ...(message === null ? ['the bytes do not tell what is in it'] : ['', ...JSON.stringify(message, null, 2).split('\n')]),
    ...(rawBase64 === null ? [] : ['', rawBase64]),
    ...(lineage.length > 1 ? ['', 'came from and led to:', ...letterLines(lineage)] : []),
    ...(elsewhere.length > 0 ? ['', 'the same record is open elsewhere:', ...letterLines(elsewhere)] : []),
  ];
}

/** What became of letters that were sent again. */
export function redrivenLines({ settled, failedAgain, waiting, skipped }: Redriven): readonly string[] {
  return [
    `${settled.length} settled, ${failedAgain.length} failed again, ${waiting.length} still waiting, ${skipped.length} not sent`,
    ...failedAgain.map(({ id, next, detail }) => colors.red(`✘ ${id} failed again${next === null ? '' : `, see ${next}`}: ${detail}`)),
    ...waiting.map((id) => colors.yellow(`… ${id} is sent, and its service has not answered yet; "mesh dlq show ${id}" tells`)),
    ...skipped.map(({ id, why }) => colors.yellow(`- ${id} was not sent: ${why}`)),
  ];
}

function decision({ decidedBy, decidedAt, note }: Letter): string {
  if (decidedBy === null || decidedAt === null) return '';
  return ` by ${decidedBy}, ${shownInstant(Date.parse(decidedAt))}${note ? `: ${note}` : ''}`;
}

const MARKS: Readonly<Record<LetterStatus, (text: string) => string>> = {
  open: colors.red, edited: colors.dim, replaying: colors.yellow, settled: colors.green, 'failed-again': colors.red, dropped: colors.dim,
};
