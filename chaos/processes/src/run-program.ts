import { listenForInterruption } from '@order-mesh/cli/parts';
import { CommanderError, InvalidArgumentError, type Command } from 'commander';
import { exitCodes } from './commands.ts';

/** Carries out what the command line asks for, and ends the process with the code that `finish` was given. Ctrl-C aborts the signal. */
export async function runProgram(build: (signal: AbortSignal, finish: (code: number) => void) => Command): Promise<void> {
  const interruption = listenForInterruption();
  // whoever asks twice does not want to wait: children end with this process
  interruption.onAgain(() => process.exit(exitCodes.interrupted));
  let code: number = exitCodes.good;
  const program = build(interruption.asked, (ended) => { code = ended; }).exitOverride();
  try {
    await program.parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    code = error.exitCode === 0 ? exitCodes.good : exitCodes.notUnderstood;
  }
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
}

/** Minutes as they are given on a command line. */
export function wholeMinutes(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number of minutes from 1 to 9999.');
}
