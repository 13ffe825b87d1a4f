const STRUCK = '***';
const MOST_DEEP = 6;

/** Names of secrets and of personal data, as they are spelled in code and by partners; small letters, without what joins words. */
const HIDDEN: ReadonlySet<string> = new Set([
  'password', 'passwd', 'secret', 'clientsecret', 'appsecret', 'appkey', 'apikey', 'token', 'accesstoken', 'refreshtoken', 'idtoken', 'sessionid', 'authorization', 'cookie', 'setcookie',
  'phone', 'contactphone', 'mobile', 'tel', 'telephone', 'psnaccount', 'street', 'address', 'contact', 'contactname', 'psnname', 'email', 'shipto',
]);
/** Numbers of ours, which may look like a telephone's. */
const OURS = /(?:Id|key|waybill|offset)$/;
/** Of China, where nothing else joins its digits. */
const PHONE = /(?<![0-9A-Za-z])(?:\+?86[- ]?)?1[3-9]\d{9}(?![0-9A-Za-z])/g;
const LOGIN = /(\/\/[^\s/:@]*:)[^\s/@]+(?=@)/g;

type Plain = Readonly<Record<string, unknown>>;

/** The same fields without secrets and personal data: what has such a name is struck out wherever it is, and telephone numbers and passwords of addresses in all texts. */
export function redacted(fields: Plain, deep = 0): Plain {
  const clean: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) clean[name] = isHidden(name) ? STRUCK : cleaned(value, OURS.test(name), deep);
  return clean;
}

function cleaned(value: unknown, isOurs: boolean, deep: number): unknown {
  if (typeof value === 'string') return isOurs ? value : value.replaceAll(PHONE, STRUCK).replaceAll(LOGIN, `$1${STRUCK}`);
  if (typeof value !== 'object' || value === null) return value;
  if (deep >= MOST_DEEP) return '…';
  if (value instanceof Error) return redacted(described(value), deep + 1);
  if (value instanceof Date || Buffer.isBuffer(value)) return value instanceof Date ? value : `${value.length} bytes`;
  return Array.isArray(value) ? value.map((one: unknown) => cleaned(one, isOurs, deep + 1)) : redacted({ ...value }, deep + 1);
}

function described(error: Error): Plain {
  return { message: error.message, ...('code' in error && { code: error.code }), ...(error.cause !== undefined && { cause: error.cause }), stack: error.stack };
}

const known = new Map<string, boolean>();
/** Names come from code; those of foreign objects are not remembered without end. */
const MOST_KNOWN = 2_000;

function isHidden(name: string): boolean {
  const found = known.get(name);
  if (found !== undefined) return found;
  const hidden = HIDDEN.has(name.toLowerCase().replaceAll(/[^a-z]/g, ''));
  if (known.size < MOST_KNOWN) known.set(name, hidden);
  return hidden;
}
