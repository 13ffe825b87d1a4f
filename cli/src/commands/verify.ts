import type { Command } from 'commander';
import { MeshError } from '@order-mesh/kernel';
import type { InvariantId } from '@order-mesh/verify';
import { exitCodes } from '../failure.ts';
import { print } from '../show/print.ts';
import { liveLine } from '../show/live-line.ts';
import { verdictLines } from '../show/verdicts.ts';
import { placesOf } from '../verify/places.ts';
import { whereabouts, type WhereFlags } from '../where.ts';
import { wholeNumber } from './options.ts';

interface VerifyFlags extends WhereFlags {
  readonly settled?: boolean;
  readonly only?: string;
  readonly rows: number;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  mesh verify                    while orders travel: nothing that is only on its way is held against anybody
  mesh verify --settled          when all should have ended: what is still under way is stuck
  mesh verify --only I1,I2,I4    money, stock and the partners' documents
  mesh verify --json             one verdict an invariant, for programs

Exit code 0 when all that could be checked holds, 1 when something is violated. It only reads.
docs/verify.md says what each invariant promises and how to read a violation.`;

/** `mesh verify`: does every promise hold, over all tables, messages and partners' books? */
export function addVerify(program: Command, finish: (code: number) => void): void {
  program.command('verify').description('check every invariant over all tables, messages and partners\' books')
    .option('--settled', 'nothing new comes in: count what is still under way as stuck')
    .option('--only <list>', 'only these, such as I1,I4')
    .option('--rows <count>', 'how many offending rows to show for each', wholeNumber, 20)
    .option('--brokers <list>', 'host:port of Kafka (KAFKA_BROKERS; else the mesh of this folder, else 127.0.0.1:19092)')
    .option('--data-dir <folder>', 'folder of the running mesh', '.mesh')
    .option('--json', 'print JSON on standard output')
    .addHelpText('after', EXAMPLES)
    .action(async ({ settled = false, only, rows, json, ...flags }: VerifyFlags) => {
      const { verify, invariantIds } = await import('@order-mesh/verify');
      const line = liveLine(process.stderr);
      try {
        const startedAt = performance.now();
        const verdicts = await verify(await placesOf(whereabouts(flags, process.env), process.env), { settled, shown: rows, progress: line.show, ...(only && { only: listed(only, invariantIds) }) });
        line.clear();
        print(json, verdicts, () => verdictLines(verdicts, performance.now() - startedAt));
        finish(verdicts.some(({ status }) => status === 'violated') ? exitCodes.failed : exitCodes.done);
      } finally {
        line.clear();
      }
    });
}

function listed(text: string, known: readonly InvariantId[]): readonly InvariantId[] {
  return text.toUpperCase().split(',').map((wanted) => {
    const found = known.find((id) => id === wanted.trim());
    if (!found) throw new MeshError('BAD_REQUEST', { advice: `there is no ${wanted}; --only takes some of ${known.join(', ')}` });
    return found;
  });
}
