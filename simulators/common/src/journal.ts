import { closeSync, existsSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** A simulator's memory: what is recorded is on disk before it is applied, so a killed process has lost nothing it answered for. */
export interface Journal<Entry> {
  /** Writes the entries, then applies them one by one. */
  record(...entries: readonly Entry[]): void;
  close(): void;
}

/**
 * Opens `<stateDir>/<name>.jsonl`, applies every entry of earlier runs, and goes on from there.
 * Without `stateDir` the memory ends with the process. A last line cut short by a kill was never answered for and is dropped.
 */
export function openJournal<Entry>(options: {
  readonly name: string;
  readonly stateDir?: string | undefined;
  readonly apply: (entry: Entry) => void;
}): Journal<Entry> {
  const { name, stateDir, apply } = options;
  if (stateDir === undefined) return { record: (...entries) => entries.forEach(apply), close: () => {} };
  mkdirSync(stateDir, { recursive: true });
  const path = join(stateDir, `${name}.jsonl`);
  const kept = wholeLines(path);
  for (const line of kept.toString('utf8').split('\n')) if (line) apply(JSON.parse(line));
  const file = openSync(path, 'a');
  ftruncateSync(file, kept.length);
  return {
    record(...entries) {
      if (entries.length === 0) return;
      writeAll(file, Buffer.from(entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')));
      entries.forEach(apply);
    },
    close: () => closeSync(file),
  };
}

function wholeLines(path: string): Buffer {
  if (!existsSync(path)) return Buffer.alloc(0);
  const bytes = readFileSync(path);
  return bytes.subarray(0, bytes.lastIndexOf('\n') + 1);
}

function writeAll(file: number, bytes: Buffer): void {
  let written = 0;
  while (written < bytes.length) written += writeSync(file, bytes, written);
}
