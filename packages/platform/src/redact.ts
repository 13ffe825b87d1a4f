import { kindOfField } from '@order-mesh/contracts';
import { maskPhonesIn } from '@order-mesh/kernel';

const SECRETS = new Set(['password', 'secret', 'token', 'access_token', 'authorization']);
/** Names things; a number in it is no telephone number. */
const NAMES_A_THING = /(?:id|ids|no|key|code|fen|waybill|offset|original)$/i;
const DEEPEST = 6;
const STRUCK_OUT = '***';

/** Fields of an event of the log as they may be written: secrets and contacts struck out wherever they stand, telephone numbers masked in whatever words quote them. */
export function redacted(fields: object): Record<string, unknown> {
  return redactedFields(fields, 0);
}

function redactedFields(fields: object, depth: number): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, isHidden(name) ? STRUCK_OUT : redactedValue(name, value, depth)]));
}

function isHidden(name: string): boolean {
  const kind = kindOfField(name);
  // who of our own people did something is what a log is for
  return SECRETS.has(name) || (kind !== undefined && kind !== 'staff');
}

function redactedValue(name: string, value: unknown, depth: number): unknown {
  if (typeof value === 'string') return NAMES_A_THING.test(name) ? value : maskPhonesIn(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEEPEST) return STRUCK_OUT;
  if (value instanceof Error) return described(value, depth + 1);
  if (Array.isArray(value)) return value.map((one: unknown) => redactedValue(name, one, depth + 1));
  // what writes itself, such as a moment, knows how
  return 'toJSON' in value ? value : redactedFields(value, depth + 1);
}

function described(error: Error, depth: number): unknown {
  const { message, stack, cause } = error;
  return {
    message: maskPhonesIn(message), code: 'code' in error ? error.code : undefined,
    cause: cause ? redactedValue('cause', cause, depth) : undefined, stack: stack === undefined ? undefined : maskPhonesIn(stack),
  };
}
