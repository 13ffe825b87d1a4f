import { days, hours, isLoopback, MeshError, milliseconds, minutes, seconds, type Duration } from '@order-mesh/kernel';

export type Env = Readonly<Record<string, string | undefined>>;

const timeUnits = { milliseconds, seconds, minutes, hours, days };
type TimeUnit = keyof typeof timeUnits;

/** Reads settings from the environment and remembers every problem, so that all are told at once. */
export interface ConfigReader {
  text(name: string, fallback?: string): string;
  /**
   * A secret of a partner system. `known` is that of our simulator, which everybody can read: it is the usual one, but in production (NODE_ENV) neither usual nor taken unless
   * the partner's address is this machine's, or DEMO_SECRETS says that simulators are meant.
   */
  secret(name: string, partner: { readonly known: string; readonly at: string }): string;
  /** An address of http or https that must be set; `example` is told to whom sets none. */
  url(name: string, example: string): string;
  whole(name: string, fallback: number, what: string): number;
  /** A length of time told as a whole number of `unit`, as is its fallback. */
  duration(name: string, fallback: number, unit: TimeUnit): Duration;
  flag(name: string, fallback: boolean): boolean;
  oneOf<Choice extends string>(name: string, choices: readonly Choice[], fallback: Choice): Choice;
  /** A rule that settings have to keep, alone or together; `problem` says which, and what to set. */
  check(isKept: boolean, problem: string): void;
}

/** Reads a configuration; throws BAD_CONFIG naming each problem with its fix. `NAME_FILE` may hold the path of a file with the value. */
export function readConfig<Config>(env: Env, readFile: (path: string) => string, read: (reader: ConfigReader) => Config): Config {
  const problems: string[] = [];
  const config = read(configReader(env, readFile, problems));
  if (problems.length > 0) throw new MeshError('BAD_CONFIG', { advice: problems.join('; ') });
  return config;
}

function configReader(env: Env, readFile: (path: string) => string, problems: string[]): ConfigReader {
  const find = (name: string): string | undefined => {
    const path = env[`${name}_FILE`];
    if (path === undefined) return env[name] === '' ? undefined : env[name];
    try {
      return readFile(path).trim();
    } catch {
      problems.push(`${name}_FILE must name a readable file, got "${path}"`);
      return undefined;
    }
  };
  const whole = (name: string, fallback: number, what: string): number => {
    const found = find(name);
    if (found === undefined) return fallback;
    if (!/^\d{1,15}$/.test(found)) problems.push(`${name} must be ${what}, got "${found}"`);
    return Number(found);
  };
  return {
    whole,
    secret: (name, partner) => secretIn(find, problems, { name, ...partner }),
    duration: (name, fallback, unit) => timeUnits[unit](whole(name, fallback, `a whole number of ${unit}`)),
    text(name, fallback) {
      const found = find(name) ?? fallback;
      if (found === undefined) problems.push(`${name} must be set`);
      return found ?? '';
    },
    url(name, example) {
      const found = find(name) ?? '';
      if (!/^https?:$/.test(URL.parse(found)?.protocol ?? '')) problems.push(`${name} must be an address such as ${example}, got "${found}"`);
      return found;
    },
    flag(name, fallback) {
      const found = find(name);
      if (found === undefined) return fallback;
      if (!['true', 'false', '1', '0'].includes(found)) problems.push(`${name} must be true or false, got "${found}"`);
      return found === 'true' || found === '1';
    },
    oneOf(name, choices, fallback) {
      const found = find(name);
      if (found === undefined) return fallback;
      const choice = choices.find((one) => one === found);
      if (choice === undefined) problems.push(`${name} must be one of ${choices.join(', ')}, got "${found}"`);
      return choice ?? fallback;
    },
    check(isKept, problem) {
      if (!isKept) problems.push(problem);
    },
  };
}

interface WantedSecret {
  readonly name: string;
  readonly known: string;
  readonly at: string;
}

function secretIn(find: (name: string) => string | undefined, problems: string[], { name, known, at }: WantedSecret): string {
  const mayBeKnown = find('NODE_ENV') !== 'production' || isLoopback(at) || ['true', '1'].includes(find('DEMO_SECRETS') ?? '');
  const found = find(name) ?? (mayBeKnown ? known : '');
  if (found === '') problems.push(`${name} must be set`);
  if (found === known && !mayBeKnown) problems.push(`${name} is one that everybody knows: set your own (or DEMO_SECRETS=true, where only simulators are spoken to)`);
  return found;
}
