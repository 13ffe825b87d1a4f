import { auditReader, checkChain, hmacUnder, printOf, type AuditReader, type ChainCheck, type Checked } from '@order-mesh/audit';
import { MeshError } from '@order-mesh/kernel';
import { openDatabase } from '@order-mesh/platform';
import { withBroker } from '../topics/broker.ts';
import type { Found } from '../where.ts';
import { anchorsOf } from './anchors.ts';

/** Does the work with the audit log of a database. Throws DATABASE_UNREACHABLE where there is none. */
export async function withAuditLog<Result>({ at, from }: Found, work: (log: AuditReader) => Promise<Result>): Promise<Result> {
  const database = openDatabase({ url: at, applicationName: 'mesh audit', connections: 1, onTrouble: () => {} });
  try {
    const log = auditReader(database);
    await log.head().catch((cause: unknown) => { throw unreadable({ at, from }, cause); });
    return await work(log);
  } finally {
    await database.close();
  }
}

function unreadable({ at, from }: Found, cause: unknown): MeshError {
  if (cause instanceof MeshError) return cause;
  const { host } = new URL(at);
  return new MeshError('DATABASE_UNREACHABLE', { advice: `there is no audit log to read in PostgreSQL at ${host} (${from}): ${cause instanceof Error ? cause.message : String(cause)}; check DATABASE_URL and whether it runs`, cause });
}

export interface LogPlaces {
  readonly databaseUrl: Found;
  readonly kafkaBrokers: Found;
  readonly key: string;
}

/** Recomputes the whole log under its key and compares it with its anchors on Kafka. Throws what kept it from looking. */
export function verifyLog({ databaseUrl, kafkaBrokers, key }: LogPlaces, progress: (line: string) => void): Promise<Checked> {
  const mac = hmacUnder(key);
  return withAuditLog(databaseUrl, async (log) => {
    const { keyPrint, anchoredPosition } = await log.head();
    if (keyPrint !== null && keyPrint !== printOf(mac)) {
      throw new MeshError('BAD_CONFIG', { advice: 'this is not the key that the audit log was begun with (or somebody has changed audit.head): name the right one with --key-file' });
    }
    // read before the rows: a row that an anchor knows of was committed by then
    const anchors = await withBroker(kafkaBrokers, (broker) => anchorsOf(broker, anchoredPosition));
    const check: { under?: ChainCheck } = {};
    let seen = 0;
    await log.walk((head) => { check.under = checkChain({ mac, head, anchors }); }, (rows) => {
      for (const row of rows) check.under?.take(row);
      seen += rows.length;
      progress(`${seen.toLocaleString('en')} entries of the audit log read`);
    });
    if (!check.under) throw new MeshError('BROKEN_PROMISE', { advice: 'the log was walked and never begun' });
    return check.under.end();
  });
}
