import colors from 'picocolors';
import type { Command } from 'commander';
import type { Finding } from '../doctor/check.ts';
import { exitCodes } from '../failure.ts';
import { print } from '../show/print.ts';
import { fit } from '../show/text.ts';
import { outsideParts, ownPorts, ownSimulators, wantedPorts } from '../up/settings.ts';
import { whereabouts, type WhereFlags } from '../where.ts';

const EXAMPLES = `
Examples:
  mesh doctor
  mesh doctor --json
  KAFKA_BROKERS=broker:9092 DATABASE_URL=postgres://... mesh doctor`;

/** `mesh doctor`: is everything there that the mesh needs, and does what runs run well? Exit code 1 when something is broken. */
export function addDoctor(program: Command, finish: (code: number) => void): void {
  program.command('doctor').description('check versions, ports, broker, database and gateway, and say what to do')
    .option('--gateway <url>', 'where the gateway is (GATEWAY_URL)')
    .option('--brokers <list>', 'host:port of Kafka (KAFKA_BROKERS)')
    .option('--data-dir <folder>', 'folder of the running mesh', '.mesh')
    .option('--json', 'print JSON on standard output')
    .addHelpText('after', EXAMPLES)
    .action(async ({ json, ...flags }: WhereFlags & { readonly json?: boolean }) => {
      const findings = await examine(flags);
      print(json, findings, () => findings.flatMap(findingLines));
      finish(findings.some(({ state }) => state === 'broken') ? exitCodes.failed : exitCodes.done);
    });
}

async function examine(flags: WhereFlags): Promise<readonly Finding[]> {
  const { nodeFinding, toolFindings } = await import('../doctor/tools.ts');
  const { portFindings, runningFindings } = await import('../doctor/places.ts');
  const places = whereabouts(flags, process.env);
  const outside = outsideParts(process.env);
  const ports = wantedPorts({}, process.env, false);
  const [tools, portsFound, running] = await Promise.all([
    toolFindings(outside.kafkaBrokers === undefined),
    portFindings(ports, ownPorts(outside, ownSimulators(outside, true)), places.mesh !== undefined),
    runningFindings(places),
  ]);
  return [nodeFinding(), ...tools, ...portsFound, ...running];
}

const MARKS: Readonly<Record<Finding['state'], string>> = { ok: colors.green('✔'), skipped: colors.dim('-'), broken: colors.red('✘') };

function findingLines({ what, state, found, advice }: Finding): readonly string[] {
  return [`${MARKS[state]} ${fit(what, 9)} ${found}`, ...(advice === null ? [] : [`  ${' '.repeat(9)} ${colors.yellow(advice)}`])];
}
