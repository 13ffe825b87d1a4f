import { startServers, type Servers } from './harness/servers.ts';
import { checkBooks } from './mesh/books.ts';
import { startMesh, type BenchMesh } from './mesh/mesh.ts';
import { metricsOf } from './mesh/metrics.ts';
import { submitAll } from './mesh/runs.ts';
import { fateOf, plain, type Fate } from './workload.ts';

/** What one order costs when it is alone: the same on every machine. */
export interface Work {
  readonly statements: number;
  /** Packets of statements; each may wait for one round trip. */
  readonly packets: number;
  readonly messages: number;
  readonly bytes: number;
}

/** So many that some of each fate come late: after a copy, met when the group formed, the next hundred batches are looked through for more. */
const ALONE = 160;
const TOGETHER = 1_000;
/** A batch that meets the clock, or is decided again, takes more: the least of so many counts. */
const ROUNDS = 3;
/** Asked by the clock and not by orders. */
const BY_THE_CLOCK = /any-due|overdue|expired-locks|position|left-in-outbox|drop-from-outbox|load-progress|start-progress|forget|\.count|messaging\.waiting|^begin$|^commit$/;

/**
 * No order may cost more than this. A change that makes one of them grow has to say here why. The last one: what an order costs is asked for first, of a service of its own; answers tell their decisions.
 * Packets and bytes with a little room: what the clock asks for comes between, and numbers differ in length.
 */
export const ALLOWED: Readonly<Record<Fate, Work>> = {
  'confirmed': { statements: 35, packets: 7, messages: 14, bytes: 6_300 },
  'over-limit': { statements: 23, packets: 5, messages: 7, bytes: 3_150 },
  'not-served': { statements: 29, packets: 5, messages: 19, bytes: 7_800 },
};
/** Statements of one batch of any size: four more than those of a lone order, for orders of all fates together and what their products cost. */
export const ALLOWED_PER_BATCH = 39;

/** Counts the work of lone orders and of a batch on the real mesh, and says what has grown. Resolves to the exit code. */
export async function runSmoke(): Promise<number> {
  const servers = await startServers((line) => { process.stderr.write(`${line}\n`); });
  try {
    return await count(servers);
  } finally {
    await servers.stop();
  }
}

async function count(servers: Servers): Promise<number> {
  const mesh = await startMesh({ servers, databaseUrl: await servers.database('mesh') });
  try {
    await mesh.learn('w', plain);
    await mesh.learn('o', plain);
    // whatever is only done once is done before anything is counted
    await submitAll(mesh, { prefix: 'w', from: 0, count: 20, variant: plain });
    const problems: string[] = [];
    for (const [fate, work] of await workByFate(mesh)) problems.push(...tooMuch(fate, work));
    problems.push(...await batchWork(mesh), ...await checkBooks(mesh.databaseUrl, 'o', ALONE + ROUNDS * TOGETHER, plain));
    for (const problem of problems) process.stdout.write(`grown: ${problem}\n`);
    process.stdout.write(problems.length === 0 ? 'the work per order has not grown, and all books are right\n' : 'see bench/src/smoke.ts\n');
    return problems.length === 0 ? 0 : 1;
  } finally {
    await mesh.stop();
  }
}

async function workByFate(mesh: BenchMesh): Promise<ReadonlyMap<Fate, Work>> {
  const sums = new Map<Fate, Work[]>();
  for (let index = 0; index < ALONE; index += 1) {
    const before = await counters(mesh);
    await submitAll(mesh, { prefix: 'o', from: index, count: 1, variant: plain });
    const work = difference(await counters(mesh), before);
    sums.set(fateOf(index), [...sums.get(fateOf(index)) ?? [], work]);
  }
  // the clock may have asked for something beside an order, never for less
  return new Map([...sums].map(([fate, works]) => [fate, {
    statements: least(works, 'statements'), packets: least(works, 'packets'), messages: least(works, 'messages'), bytes: least(works, 'bytes'),
  }]));
}

const least = (works: readonly Work[], what: keyof Work): number => Math.min(...works.map((work) => work[what]));

function tooMuch(fate: Fate, work: Work): readonly string[] {
  process.stdout.write(`one order, ${fate}: ${work.statements} statements, ${work.packets} packets, ${work.messages} messages, ${work.bytes} bytes\n`);
  const allowed = ALLOWED[fate];
  const names = ['statements', 'packets', 'messages', 'bytes'] as const;
  return names.filter((name) => work[name] > allowed[name]).map((name) => `an order (${fate}) takes ${work[name]} ${name}, allowed are ${allowed[name]}`);
}

async function batchWork(mesh: BenchMesh): Promise<readonly string[]> {
  let fewest = Infinity;
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = await counters(mesh);
    await submitAll(mesh, { prefix: 'o', from: ALONE + round * TOGETHER, count: TOGETHER, variant: plain });
    const after = await counters(mesh);
    const batches = after.batches - before.batches;
    const each = difference(after, before).statements / batches;
    process.stdout.write(`${TOGETHER} orders at once: ${batches} batches, ${each.toFixed(1)} statements a batch\n`);
    fewest = Math.min(fewest, each);
  }
  return fewest > ALLOWED_PER_BATCH ? [`a batch takes ${fewest.toFixed(1)} statements, allowed are ${ALLOWED_PER_BATCH}`] : [];
}

interface Counters extends Work {
  /** Batches that had work in them. */
  readonly batches: number;
}

async function counters(mesh: BenchMesh): Promise<Counters> {
  const text = (await metricsOf(mesh)).join('\n');
  const statements = [...text.matchAll(/^mesh_sql_statements_total\{statement="([^"]+)"\} (\S+)/gm)];
  return {
    statements: statements.filter(([, name = '']) => !BY_THE_CLOCK.test(name)).reduce((sum, [, , count]) => sum + Number(count), 0),
    packets: valueIn(text, /^mesh_sql_packets_total (\S+)/gm),
    messages: valueIn(text, /^mesh_messages_sent_total (\S+)/gm),
    bytes: valueIn(text, /^mesh_messages_sent_bytes_total (\S+)/gm),
    batches: valueIn(text, /^mesh_sql_statements_total\{statement="messaging.advance-progress"\} (\S+)/gm),
  };
}

const difference = (after: Work, before: Work): Work => ({
  statements: after.statements - before.statements, packets: after.packets - before.packets,
  messages: after.messages - before.messages, bytes: after.bytes - before.bytes,
});

const valueIn = (text: string, pattern: RegExp): number => [...text.matchAll(pattern)].reduce((sum, [, value]) => sum + Number(value), 0);
