import { createLogUpdate } from 'log-update';
import colors from 'picocolors';
import type { Duration } from '@order-mesh/kernel';
import { shownDuration } from '../show/time.ts';

/** One stage of the start, from its beginning to its end. */
export interface Stage {
  done(detail: string): void;
  failed(): void;
}

/** Where a person sees what goes on: standard error, so that standard output stays free for results. */
export interface Screen {
  stage(what: string): Stage;
  say(line: string): void;
  /** Shows lines that replace the ones shown before; nothing on a plain screen. */
  live(lines: readonly string[]): void;
  /** How many lines it can show at once. */
  rows(): number;
  close(): void;
}

/** A screen for a terminal, or plain lines for everything else. */
export function openScreen(stream: NodeJS.WriteStream = process.stderr): Screen {
  return stream.isTTY && process.env['TERM'] !== 'dumb' ? liveScreen(stream) : plainScreen(stream);
}

function plainScreen(stream: NodeJS.WriteStream): Screen {
  const startedAt = performance.now();
  const say = (line: string): void => { stream.write(`${stamp(performance.now() - startedAt)} ${line}\n`); };
  return {
    rows: () => Number.MAX_SAFE_INTEGER,
    say,
    live: () => {},
    close: () => {},
    stage: (what) => {
      const begun = performance.now();
      say(`${what} ...`);
      return {
        done: (detail) => { say(`${what}: ${detail} (${shownDuration(performance.now() - begun)})`); },
        failed: () => { say(`${what}: failed (${shownDuration(performance.now() - begun)})`); },
      };
    },
  };
}

interface ShownStage {
  readonly what: string;
  readonly begun: number;
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_EVERY = 120;

function liveScreen(stream: NodeJS.WriteStream): Screen {
  const update = createLogUpdate(stream, { showCursor: true });
  const open = new Set<ShownStage>();
  let lines: readonly string[] = [];
  let frame = 0;
  const draw = (): void => {
    const stages = [...open].map(({ what, begun }) => `${colors.cyan(FRAMES[frame % FRAMES.length] ?? '')} ${what} ${colors.dim(shownDuration(performance.now() - begun))}`);
    if (stages.length + lines.length > 0) update([...stages, ...lines].join('\n'));
    else update.clear();
  };
  const say = (line: string): void => {
    update.clear();
    stream.write(`${line}\n`);
    draw();
  };
  const spinner = setInterval(() => {
    frame += 1;
    if (open.size > 0) draw();
  }, FRAME_EVERY);
  return {
    rows: () => stream.rows,
    say,
    live: (next) => {
      lines = next;
      draw();
    },
    close: () => {
      clearInterval(spinner);
      update.done();
    },
    stage: (what) => {
      const shown = { what, begun: performance.now() };
      open.add(shown);
      const end = (mark: string, detail: string): void => {
        open.delete(shown);
        say(`${mark} ${what} ${detail}${colors.dim(` ${shownDuration(performance.now() - shown.begun)}`)}`);
      };
      draw();
      return { done: (detail) => { end(colors.green('✔'), colors.dim(detail)); }, failed: () => { end(colors.red('✘'), ''); } };
    },
  };
}

const stamp = (elapsed: Duration): string => `[${(elapsed / 1_000).toFixed(1).padStart(6)} s]`;
