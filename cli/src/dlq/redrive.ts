import { setTimeout as pause } from 'node:timers/promises';
import type { Letter, LetterDesk, LetterQuery } from '../gateway/dead-letters.ts';
import { refusalOf } from '../gateway/http.ts';

export interface Redrive {
  readonly note: string;
  /** Sends another copy of those that are on their way. */
  readonly again?: boolean;
  /** Letters sent in a second, at most. */
  readonly perSecond: number;
  /** How long the services may take to answer once all are sent; then the rest is told to be waiting. */
  readonly waitMs: number;
  /** Ends the sending; what was sent is still waited for. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (sent: number, of: number) => void;
}

/** What became of each letter. */
export interface Redriven {
  /** Taken by their services. */
  readonly settled: readonly string[];
  /** Could not be taken again: the letter that carries on, and why. */
  readonly failedAgain: readonly { readonly id: string; readonly next: string | null; readonly detail: string }[];
  /** Sent, and not answered in time: their service is away or busy. */
  readonly waiting: readonly string[];
  /** Not sent. */
  readonly skipped: readonly { readonly id: string; readonly why: string }[];
}

const PAGE = 200;
const POLL_MS = 250;

/** All letters that fit, oldest first, whatever is done with them meanwhile. */
export async function allLetters(desk: LetterDesk, query: LetterQuery): Promise<readonly Letter[]> {
  const found: Letter[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await desk.list({ ...query, limit: PAGE, ...(cursor !== undefined && { cursor }) });
    found.push(...page.items);
    cursor = page.nextCursor;
  }
  return found.reverse();
}

/** Sends letters again one after the other, no faster than asked, and waits for what their services make of them. */
export async function redrive(desk: LetterDesk, letters: readonly Pick<Letter, 'id'>[], wish: Redrive): Promise<Redriven> {
  const skipped: { readonly id: string; readonly why: string }[] = [];
  const sent: string[] = [];
  const begun = performance.now();
  for (const [index, { id }] of letters.entries()) {
    await pause(Math.max(0, begun + (index * 1_000) / wish.perSecond - performance.now()));
    if (wish.signal?.aborted) {
      skipped.push({ id, why: 'interrupted before it was sent' });
      continue;
    }
    const why = await refusalOf(desk.replay(id, wish.note, wish.again));
    if (why === null) sent.push(id);
    else skipped.push({ id, why });
    wish.onProgress?.(sent.length, letters.length);
  }
  await answered(desk, sent, wish.waitMs);
  return { ...await outcomes(desk, sent), skipped };
}

async function answered(desk: LetterDesk, sent: readonly string[], withinMs: number): Promise<void> {
  for (const end = performance.now() + withinMs; ;) {
    const away = new Set((await allLetters(desk, { status: 'replaying' })).map(({ id }) => id));
    if (!sent.some((id) => away.has(id)) || performance.now() > end) return;
    await pause(POLL_MS);
  }
}

async function outcomes(desk: LetterDesk, sent: readonly string[]): Promise<Omit<Redriven, 'skipped'>> {
  const settled: string[] = [];
  const failedAgain: Redriven['failedAgain'][number][] = [];
  const waiting: string[] = [];
  for (const id of sent) {
    const letter = await desk.show(id);
    if (letter.status === 'settled') settled.push(id);
    else if (letter.status === 'replaying') waiting.push(id);
    else {
      const next = letter.lineage.find(({ parentId }) => parentId === id);
      failedAgain.push({ id, next: next?.id ?? null, detail: next?.detail ?? letter.detail });
    }
  }
  return { settled, failedAgain, waiting };
}
