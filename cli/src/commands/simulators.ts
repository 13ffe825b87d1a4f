import { Argument, type Command } from 'commander';
import { simulatorNames, type SimulatorName } from '../up/settings.ts';
import { addPortOptions, portsIn } from './ports.ts';

interface SimulatorFlags {
  readonly freePorts?: boolean;
  readonly dataDir: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  mesh simulators                 all of them, on their usual ports
  mesh simulators u8 --u8-port 0  U8 alone, on any free port
  curl -X POST 127.0.0.1:8081/_sim/clock -H 'content-type: application/json' -d '{"advanceMs":262800000}'
                                  73 hours later in Salesforce: what it keeps for three days is gone

For whoever integrates against these systems: they speak the real protocols, keep what they have taken, and fail as they are asked to
(POST /_sim/faults: a status, a delay, an answer lost after the work, by halves or as garbage; by call, rate or time). Each has a clock that is
moved forward (POST /_sim/clock): tokens, contracts and events expire, months are closed. Nothing of the mesh is needed; simulators/common/README.md has it all.`;

/** `mesh simulators`: the partner systems without a mesh. */
export function addSimulators(program: Command): void {
  const simulators = program.command('simulators').description('run simulators of U8, Salesforce, the e-sign provider, the carrier, WeCom and the identity provider alone, until Ctrl-C')
    .addArgument(new Argument('[names...]', 'which; all when absent').choices(simulatorNames))
    .option('--free-ports', 'take any free port for each that has no port given')
    .option('--data-dir <folder>', 'where they keep what they have taken', '.mesh')
    .option('--json', 'print where they are as JSON')
    .addHelpText('after', EXAMPLES);
  addPortOptions(simulators, [...simulatorNames, 'salesforcePubsub']);
  simulators.action(async (names: readonly SimulatorName[], { freePorts = false, dataDir, json = false }: SimulatorFlags, command: Command) => {
    const { runSimulators } = await import('../up/simulators-alone.ts');
    await runSimulators({ names: names.length === 0 ? simulatorNames : [...new Set(names)], ports: portsIn(command), freePorts, dataDir, json });
  });
}
