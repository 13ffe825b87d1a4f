import type { Command } from 'commander';
import { exitCodes } from '../failure.ts';
import { portNames } from '../up/settings.ts';
import { wholeNumber } from './options.ts';
import { addPortOptions, portsIn } from './ports.ts';

interface UpFlags {
  readonly demo?: boolean;
  readonly once?: boolean;
  readonly orders?: number;
  readonly json?: boolean;
  readonly fresh?: boolean;
  readonly processes?: boolean;
  readonly simulators: boolean;
  readonly freePorts?: boolean;
  readonly dataDir: string;
}

const EXAMPLES = `
Examples:
  mesh up                              run everything until Ctrl-C
  mesh up --demo                       and place 40 orders, shown live
  mesh up --demo --once --orders 200 --json
                                       place 200 orders, print one JSON summary, stop
  mesh up --processes --free-ports     one process a service, on any free ports
  KAFKA_BROKERS=broker:9092 mesh up    with a Kafka of your own (DATABASE_URL, U8_URL, ... likewise)

State is kept in .mesh; .mesh/mesh.json tells where everything listens, .mesh/logs what it says.`;

/** `mesh up`: the whole mesh with one command. */
export function addUp(program: Command, finish: (code: number) => void): void {
  const up = program.command('up')
    .description('start Kafka, PostgreSQL, the simulators and all services, and keep them running')
    .option('--demo', 'place orders in Salesforce and show them on their way')
    .option('--once', 'with --demo: stop when every order has ended')
    .option('--orders <count>', 'with --demo: how many orders (default: 40, with --once 200)', wholeNumber)
    .option('--json', 'print results as JSON on standard output')
    .option('--fresh', 'forget all earlier orders and books first')
    .option('--processes', 'one process for each service instead of one for all')
    .option('--no-simulators', 'start no simulators; partners are where the environment says')
    .option('--free-ports', 'take any free port for everything that has no port given')
    .option('--data-dir <folder>', 'where state is kept', '.mesh')
    .addHelpText('after', EXAMPLES);
  addPortOptions(up, portNames);
  up.action(async (flags: UpFlags, command: Command) => {
    if ((flags.once || flags.orders !== undefined) && !flags.demo) command.error('--once and --orders belong to --demo', { exitCode: exitCodes.notUnderstood });
    const { up: run } = await import('../up/up.ts');
    finish(await run({ ...flags, demo: flags.demo ?? false, once: flags.once ?? false, json: flags.json ?? false, fresh: flags.fresh ?? false,
      processes: flags.processes ?? false, freePorts: flags.freePorts ?? false, ports: portsIn(command) }));
  });
}
