/** Tells on standard error what is going on: a terminal sees one line change, anything else gets a line per step. */
export interface Progress {
  /** Something that is said once. */
  note(line: string): void;
  begin(step: string): void;
  tick(now: string): void;
  done(outcome: string): void;
}

const CLEAR_LINE = '\r\u001b[2K';

export function tellProgress(stream: NodeJS.WriteStream, steps: number): Progress {
  let at = 0;
  let label = '';
  const show = (text: string): void => {
    // a line that wraps could not be cleared
    if (stream.isTTY) stream.write(`${CLEAR_LINE}${text.slice(0, stream.columns - 1)}`);
  };
  const say = (line: string): void => { stream.write(`${stream.isTTY ? CLEAR_LINE : ''}${line}\n`); };
  return {
    note(line) {
      say(line);
    },
    begin(step) {
      at += 1;
      label = `[${at}/${steps}] ${step}`;
      show(`${label} ...`);
    },
    tick(now) {
      show(`${label}: ${now}`);
    },
    done(outcome) {
      say(`${label}: ${outcome}`);
    },
  };
}
