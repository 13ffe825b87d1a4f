import { InvalidArgumentError, type Command } from 'commander';
import { exitCodes, explain } from '../failure.ts';
import { checkedLines, entryLines } from '../show/audit.ts';
import { liveLine } from '../show/live-line.ts';
import { print } from '../show/print.ts';
import { whereabouts } from '../where.ts';
import { momentOf, wholeNumber } from './options.ts';

interface Flags {
  readonly dataDir?: string;
  readonly json?: boolean;
}

interface VerifyFlags extends Flags {
  readonly brokers?: string;
  readonly keyFile?: string;
}

interface ListFlags extends Flags {
  readonly order?: string;
  readonly actor?: string;
  readonly since?: string;
  readonly limit: number;
}

const EXAMPLES = `
Examples:
  mesh audit                                  what people did last, newest first
  mesh audit list --order 801MS0000000001YAA
  mesh audit list --actor "Li Na" --since 7d
  mesh audit verify                           is the log as it was written?
  mesh audit verify --key-file /run/secrets/audit.key

Both read the database itself (DATABASE_URL; else the mesh of this folder). verify ends with 0 when the log is as it was
written, with 1 when it was tampered with (the first bad row is named), with 2 when it could not look.`;

/** The log could not be looked at: nothing is known of it. */
const COULD_NOT_LOOK = 2;

/** `mesh audit`: who changed what, and can anybody have changed the record of it? */
export function addAudit(program: Command, finish: (code: number) => void): void {
  const audit = program.command('audit').description('who changed what, and whether the record of it was tampered with').addHelpText('after', EXAMPLES);
  addList(audit);
  addCommon(audit.command('verify').description('recompute the whole log, compare it with its anchors on Kafka, and name the first bad row')
    .option('--key-file <file>', 'the key of the log (AUDIT_KEY_FILE, AUDIT_KEY; else audit.key in the folder of the mesh)')
    .option('--brokers <list>', 'host:port of Kafka (KAFKA_BROKERS; else the mesh of this folder, else 127.0.0.1:19092)'))
    .action(async (flags: VerifyFlags) => { finish(await verify(flags)); });
}

async function verify({ json, ...flags }: VerifyFlags): Promise<number> {
  const line = liveLine(process.stderr);
  try {
    const [{ auditKey }, { verifyLog }] = await Promise.all([import('../audit/key.ts'), import('../audit/log.ts')]);
    const { databaseUrl, kafkaBrokers } = whereabouts(flags, process.env);
    const checked = await verifyLog({ databaseUrl, kafkaBrokers, key: auditKey(flags, process.env) }, line.show);
    line.clear();
    print(json, checked, () => checkedLines(checked));
    return checked.fault ? exitCodes.failed : exitCodes.done;
  } catch (error) {
    line.clear();
    process.stderr.write(`the audit log could not be looked at: ${explain(error)}\n`);
    return COULD_NOT_LOOK;
  }
}

function addList(audit: Command): void {
  addCommon(audit.command('list', { isDefault: true }).description('what people did, newest first (as "mesh audit" alone)')
    .option('--order <id>', 'only about this order')
    .option('--actor <person>', 'only what this person did')
    .option('--since <time>', 'only since then, such as 2h, 3d or 2026-03-01T01:30:00Z', momentOf)
    .option('--limit <count>', 'how many, at most 1000', atMost, 50))
    .action(async ({ order, actor, since, limit, json, ...flags }: ListFlags) => {
      const { withAuditLog } = await import('../audit/log.ts');
      const filter = { limit, ...(order !== undefined && { orderId: order }), ...(actor !== undefined && { actor }), ...(since !== undefined && { since: Date.parse(since) }) };
      const entries = await withAuditLog(whereabouts(flags, process.env).databaseUrl, (log) => log.list(filter));
      print(json, { items: entries.map((entry) => ({ ...entry, at: new Date(entry.at).toISOString() })) }, () => entryLines(entries));
    });
}

const MOST = 1_000;

function atMost(text: string): number {
  const count = wholeNumber(text);
  if (count > MOST) throw new InvalidArgumentError(`It must be at most ${MOST}.`);
  return count;
}

const addCommon = (command: Command): Command => command
  .option('--data-dir <folder>', 'folder of the running mesh', '.mesh')
  .option('--json', 'print JSON on standard output');
