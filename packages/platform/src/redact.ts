import { kindOfField } from '@order-mesh/contracts';
import { Lately, maskPhonesIn } from '@order-mesh/kernel';

/** Names of secrets, and of what partners call a contact; small letters, without what joins words. */
const HIDDEN: ReadonlySet<string> = new Set([
  'password', 'passwd', 'secret', 'clientsecret', 'appsecret', 'appkey', 'apikey', 'token', 'accesstoken', 'refreshtoken', 'idtoken', 'sessionid', 'authorization', 'cookie', 'setcookie',
  'contactphone', 'contactname', 'mobile', 'tel', 'telephone', 'psnaccount', 'psnname', 'email',
]);
/** The password in an address. */
const LOGIN = /(\/\/[^\s/:@]*:)[^\s/@]+(?=@)/g;
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

/** The names of fields are few and come with every line. */
const judged = new Lately<string, boolean>(1_000);

function isHidden(name: string): boolean {
  const known = judged.get(name);
  if (known !== undefined) return known;
  const kind = kindOfField(name);
  // who of our own people did something is what a log is for
  const hidden = HIDDEN.has(name.toLowerCase().replaceAll(/[^a-z]/g, '')) || (kind !== undefined && kind !== 'staff');
  judged.put(name, hidden);
  return hidden;
}

function redactedValue(name: string, value: unknown, depth: number): unknown {
  if (typeof value === 'string') return NAMES_A_THING.test(name) ? value : words(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEEPEST) return STRUCK_OUT;
  if (Buffer.isBuffer(value)) return `${value.length} bytes`;
  if (value instanceof Error) return described(value, depth + 1);
  if (Array.isArray(value)) return value.map((one: unknown) => redactedValue(name, one, depth + 1));
  // what writes itself, such as a moment, knows how
  return 'toJSON' in value ? value : redactedFields(value, depth + 1);
}

const words = (text: string): string => maskPhonesIn(text).replaceAll(LOGIN, `$1${STRUCK_OUT}`);

function described(error: Error, depth: number): unknown {
  const { message, stack, cause } = error;
  return {
    message: words(message), code: 'code' in error ? error.code : undefined,
    cause: cause ? redactedValue('cause', cause, depth) : undefined, stack: stack === undefined ? undefined : words(stack),
  };
}
