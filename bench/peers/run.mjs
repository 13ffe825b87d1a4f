// One run of one peer: start it, warm it up, time the orders, check the books, say the result.
import { Console } from 'node:console';
import { fstatSync, readFileSync } from 'node:fs';
import pg from 'pg';
import { createBooks, emptyBooks } from './books.mjs';
import { checkBooks } from './check.mjs';
import { withLimit } from './limit.mjs';
import { createClock, submitAll, submitOnSchedule } from './measure.mjs';
import { readSettings } from './settings.mjs';

const WARM_UP_ORDERS = 1_000;
const WARM_UP_SECONDS = 6;
const START_SECONDS = 120;
const CHECK_SECONDS = 60;
const STOP_SECONDS = 15;

// the libraries write to the console; stdout belongs to the harness
globalThis.console = new Console(process.stderr, process.stderr);

/**
 * Runs what the command line asks for and ends the process: 0 when the books are right.
 * `peer.start(place)` returns `{ submit, stop }`; `submit(order)` resolves when the client can take its next order, and
 * `place.finished(id)` is to be called when the commit of the order's row has returned.
 */
export async function runPeer(peer) {
  const opened = [];
  let ending;
  const end = (code) => {
    ending ??= withLimit(closeAll(opened), STOP_SECONDS, 'stopping').catch(complain).finally(() => process.exit(code));
    return ending;
  };
  endWhenAsked(() => end(1));
  try {
    const settings = readSettings(process.argv.slice(2), process.env);
    const result = await measured(peer, settings, { opened, fail: (error) => { complain(error); void end(1); } });
    say({ result });
    await end(result.check.ok ? 0 : 1);
  } catch (error) {
    complain(error);
    await end(1);
  }
}

async function measured(peer, settings, { opened, fail }) {
  const { mode, orders } = settings;
  const pool = new pg.Pool({ connectionString: settings.databaseUrl, max: peer.poolSize });
  pool.on('error', fail);
  opened.push(() => pool.end());
  let clock;
  const finished = (id) => clock.finished(id);
  const start = async () => {
    await createBooks(pool);
    return peer.start({ ...settings, pool, finished, fail, opened });
  };
  const { submit } = await withLimit(start(), START_SECONDS, `starting ${peer.name}`);
  const warmUpEnds = performance.now() + (mode === 'throughput' ? WARM_UP_SECONDS * 1_000 : 0);
  let warmUpOrders = 0;
  for (; warmUpOrders === 0 || performance.now() < warmUpEnds; warmUpOrders += WARM_UP_ORDERS) {
    clock = createClock(WARM_UP_ORDERS, warmUpOrders);
    await submitAll({ n: WARM_UP_ORDERS, first: warmUpOrders, prefix: 'w', submit, submitters: peer.submitters, clock, onTick: () => {} });
  }
  await emptyBooks(pool);
  clock = createClock(orders);
  say({ mark: 'ready' });
  say({ mark: 'begin' });
  const onTick = (done) => say({ mark: 'progress', done });
  if (mode === 'throughput') await submitAll({ n: orders, submit, submitters: peer.submitters, clock, onTick });
  if (mode === 'latency') await submitOnSchedule({ n: orders, rate: settings.rate, submit, clock, onTick });
  say({ mark: 'end' });
  const check = await withLimit(checkBooks(pool, orders), CHECK_SECONDS, 'checking the books');
  return { ...clock.figures(), versions: await versions(peer, pool), settings: { ...described(peer, settings), warmUpOrders }, check };
}

async function versions({ packages }, pool) {
  const { rows: [{ server_version: postgresql }] } = await pool.query('SHOW server_version');
  const installed = packages.map((name) => [name, packageVersion(name)]);
  return { node: process.versions.node, postgresql, ...Object.fromEntries(installed) };
}

function packageVersion(name) {
  return JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url), 'utf8')).version;
}

function described({ poolSize, submitters, settings }, { mode, orders, rate }) {
  const load = mode === 'latency' ? { ratePerSecond: rate } : { submitters };
  return { mode, orders, ...load, stepPoolSize: poolSize, ...settings };
}

async function closeAll(opened) {
  for (const close of opened.toReversed()) await close();
}

function endWhenAsked(end) {
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(name, end);
  const stdin = fstatSync(0);
  // closing says the harness is gone only where it holds the other end
  if (!stdin.isFIFO() && !stdin.isSocket()) return;
  process.stdin.on('close', end).on('error', end).resume();
}

function say(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function complain(error) {
  process.stderr.write(`${error?.stack ?? error}\n`);
}
