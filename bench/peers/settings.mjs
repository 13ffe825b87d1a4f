// What a run is asked to do, from the command line and the environment.
import { parseArgs } from 'node:util';

const USAGE = 'usage: main.mjs throughput --orders N | main.mjs latency --rate PER_SECOND --seconds S';

/** All of it at once. @throws one error that lists every problem. */
export function readSettings(argv, environment) {
  const problems = [];
  const { values, positionals: [mode] } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: { orders: { type: 'string' }, rate: { type: 'string' }, seconds: { type: 'string' } },
  });
  const number = (name) => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < 1) problems.push(`--${name} must be a whole number above 0, got ${values[name]}`);
    return value;
  };
  const variable = (name) => {
    if (!environment[name]) problems.push(`${name} must be set`);
    return environment[name];
  };
  const settings = { ...wanted(mode, number), ...place(variable) };
  if (problems.length > 0) throw new Error([...problems, USAGE].join('\n'));
  return settings;
}

function wanted(mode, number) {
  if (mode === 'throughput') return { mode, orders: number('orders') };
  if (mode !== 'latency') throw new Error(USAGE);
  const rate = number('rate');
  return { mode, rate, orders: rate * number('seconds') };
}

function place(variable) {
  return {
    databaseUrl: variable('DATABASE_URL'),
    brokers: variable('KAFKA_BROKERS'),
    topicPrefix: variable('TOPIC_PREFIX'),
    workDir: variable('WORK_DIR'),
  };
}
