import { Command, CommanderError } from 'commander';
import { addApprovals } from './commands/approvals.ts';
import { addAudit } from './commands/audit.ts';
import { addCases } from './commands/cases.ts';
import { addDlq } from './commands/dlq.ts';
import { addDoctor } from './commands/doctor.ts';
import { addImport } from './commands/import.ts';
import { addLogins } from './commands/logins.ts';
import { addLogin } from './commands/login.ts';
import { addOrders } from './commands/orders.ts';
import { addPartners } from './commands/partners.ts';
import { addPrivacy } from './commands/privacy.ts';
import { addReconcile } from './commands/reconcile.ts';
import { addRules } from './commands/rules.ts';
import { addSimulators } from './commands/simulators.ts';
import { addTopics } from './commands/topics.ts';
import { addUp } from './commands/up.ts';
import { addVerify } from './commands/verify.ts';
import { exitCodes, explain } from './failure.ts';

/** Adds a command to the program; `finish` takes the exit code of what was run. */
export type AddCommand = (program: Command, finish: (code: number) => void) => void;

const commands: readonly AddCommand[] = [addUp, addOrders, addApprovals, addCases, addDlq, addImport, addLogin, addReconcile, addRules, addPartners, addAudit, addPrivacy, addTopics, addLogins, addDoctor, addVerify, addSimulators];

/** Runs one command line of `mesh` and resolves to its exit code: 0 done, 1 failed, 2 not understood. Never throws. */
export async function main(args: readonly string[]): Promise<number> {
  let code: number = exitCodes.done;
  const program = new Command('mesh')
    .description('Takes sales orders from the CRM to confirmed money in the ERP.')
    .exitOverride()
    .showHelpAfterError('(mesh --help shows what there is)')
    .configureHelp({ showGlobalOptions: true });
  for (const add of commands) add(program, (ended) => { code = ended; });
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.notUnderstood;
    process.stderr.write(`${explain(error)}\n`);
    return exitCodes.failed;
  }
}
