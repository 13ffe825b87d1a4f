import type { WriteStream } from 'node:tty';

const EVERY_MS = 100;

/** One line that is written over and over while something lasts; silent where nobody looks. */
export interface LiveLine {
  show(text: string): void;
  clear(): void;
}

export function liveLine(stream: WriteStream): LiveLine {
  let shownAt = Number.NEGATIVE_INFINITY;
  const write = (text: string): void => { if (stream.isTTY) stream.write(`\r\u001b[2K${text.slice(0, Math.max(0, stream.columns - 1))}`); };
  return {
    show(text) {
      if (performance.now() - shownAt < EVERY_MS) return;
      shownAt = performance.now();
      write(text);
    },
    clear: () => { write(''); },
  };
}
