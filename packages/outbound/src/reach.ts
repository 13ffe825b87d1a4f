import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { Agent as HttpAgent, type AgentOptions } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { isIP, Socket, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Where calls to a partner may go, and nowhere else. */
export interface Reach {
  /** The address that is configured for it: that host and port, wherever it is. */
  readonly own: string;
  /** Further places that its answers may name, each `host`, `host:port`, or `.domain` for all hosts below it; only where they are on the public internet. */
  readonly others?: readonly string[];
}

export interface Agents {
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
}

/** Whether a URL is one that calls may go to, as far as its name tells. */
export function isWithin({ own, others = [] }: Reach, url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { host, hostname, protocol } = new URL(url);
  if (!['http:', 'https:'].includes(protocol)) return false;
  return host === hostOf(own) || others.some((other) => (other.startsWith('.') ? hostname.endsWith(other) : host === other));
}

/** Connections that lead nowhere else: the very address that a name was resolved to is looked at, so a name that means something else a moment later changes nothing. */
export function guardedAgents(reach: Reach, lookup: LookupFunction = systemLookup): Agents {
  return { httpAgent: guarded(new HttpAgent(LIKE_THE_GLOBAL_ONE), { reach, lookup, protocol: 'http:' }), httpsAgent: guarded(new HttpsAgent(LIKE_THE_GLOBAL_ONE), { reach, lookup, protocol: 'https:' }) };
}

const LIKE_THE_GLOBAL_ONE: AgentOptions = { keepAlive: true, scheduling: 'lifo', timeout: 5_000 };

interface Guard {
  readonly reach: Reach;
  readonly lookup: LookupFunction;
  readonly protocol: 'http:' | 'https:';
}

function guarded<Guarded extends HttpAgent>(agent: Guarded, { reach, lookup, protocol }: Guard): Guarded {
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    const host = bare(String(options.host ?? ''));
    const place = new URL(`${protocol}//${isIP(host) === 6 ? `[${host}]` : host}:${options.port ?? ''}`);
    const isOwn = place.host === hostOf(reach.own);
    const refuse = (why: string): undefined => void callback?.(refusal(`${place.host} is ${why}`), new Socket());
    if (!isWithin(reach, place.href)) return refuse('no place of this partner');
    if (isIP(host) !== 0 && !isOwn && !isPublic(host)) return refuse('not on the public internet');
    return connect({ ...options, lookup: looked(lookup, isOwn ? isPartners : isPublic) }, callback);
  };
  return agent;
}

/** A look-up that finds nothing where one of the addresses found must not be connected to. */
function looked(lookup: LookupFunction, may: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, options, (error, address, family) => {
      const barred = error ? undefined : addressesIn(address).find((one) => !may(one));
      if (barred === undefined) callback(error, address, family);
      else callback(refusal(`${hostname} leads to ${barred}, where no partner is`), []);
    });
  };
}

const addressesIn = (found: string | readonly LookupAddress[]): readonly string[] => (typeof found === 'string' ? [found] : found.map(({ address }) => address));

const isPublic = (address: string): boolean => ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';

/** Where clouds keep the credentials of a machine, beside the link-local ones. */
const METADATA: ReadonlySet<string> = new Set(['100.100.100.200', 'fd00:ec2::254']);

/** A name of a partner on our premises may lead to a private address, but never to one of the machine's own services. */
const isPartners = (address: string): boolean => ipaddr.isValid(address) && !METADATA.has(address) && !['linkLocal', 'unspecified', 'multicast', 'broadcast'].includes(ipaddr.process(address).range());

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : '');
const bare = (host: string): string => host.replace(/^\[|\]$/g, '');

// To whoever calls it is what a firewall is: never connected, so surely nothing was done
const refusal = (why: string): NodeJS.ErrnoException => Object.assign(new Error(`not connected: ${why}`), { code: 'EHOSTUNREACH' });
