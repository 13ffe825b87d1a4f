import type { Request } from 'express';

/** Who sends a request, as far as can be told before it is read; nothing of it is believed yet. */
export interface Sender {
  /** Its network address; of IPv6 the first half, which is one customer of a provider. */
  readonly address: string;
  /** What tells its credentials from others; '' for none. */
  readonly credentials: string;
}

/** The end of a token is its signature: as much as tells two apart, too little to use. */
const TOLD_APART_BY = 32;

export function senderOf({ ip = '', headers: { authorization = '' } }: Pick<Request, 'ip' | 'headers'>): Sender {
  return { address: networkOf(ip), credentials: authorization.slice(-TOLD_APART_BY) };
}

const IPV6_GROUPS_OF_A_CUSTOMER = 4;

function networkOf(ip: string): string {
  if (!ip.includes(':')) return ip;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip);
  if (mapped?.[1] !== undefined) return mapped[1];
  const [before = '', after] = ip.split('::');
  const groups = before === '' ? [] : before.split(':');
  const rest = after === undefined || after === '' ? [] : after.split(':');
  const all = after === undefined ? groups : [...groups, ...Array.from({ length: Math.max(0, 8 - groups.length - rest.length) }, () => '0'), ...rest];
  return all.slice(0, IPV6_GROUPS_OF_A_CUSTOMER).join(':');
}
