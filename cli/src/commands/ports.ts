import { InvalidArgumentError, Option, type Command } from 'commander';
import { portNames, portNumber, portSettings, type PortName, type Ports } from '../up/settings.ts';

/** An option for the port of each part named. */
export function addPortOptions(command: Command, names: readonly PortName[]): void {
  for (const name of names) command.addOption(portOption(name));
}

const flagOf = (name: PortName): string => portSettings[name].variable.toLowerCase().replaceAll('_', '-');

function portOption(name: PortName): Option {
  const { variable, usual, what } = portSettings[name];
  return new Option(`--${flagOf(name)} <port>`, `port of ${what} (${variable}; usually ${usual})`).argParser((text: string) => {
    const port = portNumber(text);
    if (port === undefined) throw new InvalidArgumentError('It must be a port number, or 0 for any free one.');
    return port;
  });
}

/** The ports that were given on the command line. */
export function portsIn(command: Command): Partial<Ports> {
  const given: Partial<Record<PortName, number>> = {};
  for (const name of portNames) {
    const port: unknown = command.getOptionValue(flagOf(name).replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase()));
    if (typeof port === 'number') given[name] = port;
  }
  return given;
}
