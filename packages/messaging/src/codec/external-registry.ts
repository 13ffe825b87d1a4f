import { MeshError } from '@order-mesh/kernel';
import { registry, type RegisteredSchema } from '@order-mesh/contracts';

type Fetch = typeof globalThis.fetch;

/** How an external registry numbers our schemas: exactly what `createCodec` takes. */
export interface ExternalNumbers {
  /** The number of each message's newest schema, by the name of the message. */
  readonly ids: ReadonlyMap<string, number>;
  /** Every released schema by its number there, so that older messages stay readable. */
  readonly foreign: ReadonlyMap<number, string>;
}

export interface RegistryOptions {
  readonly fetch?: Fetch;
  /** What to register; everything ever released unless said otherwise. */
  readonly released?: readonly RegisteredSchema[];
  /** How long one request may take, in milliseconds. */
  readonly timeoutMs?: number;
}

const CONTENT_TYPE = 'application/vnd.schemaregistry.v1+json';
const TIMEOUT_MS = 10_000;

/**
 * Registers every released version, oldest first, with a registry that speaks Confluent's API. Registering again gives the same numbers.
 * `url` may carry `user:password@`. Throws PARTNER_UNREACHABLE when it does not answer, CONTRACT_INCOMPATIBLE when it refuses a schema,
 * PARTNER_BROKEN when its answer makes no sense.
 */
export async function registerSchemas(url: string, options: RegistryOptions = {}): Promise<ExternalNumbers> {
  const ids = new Map<string, number>();
  const foreign = new Map<number, string>();
  for (const { subject, name, schema } of options.released ?? registry) {
    const body = JSON.stringify({ schema, schemaType: 'AVRO' });
    const answer = await ask(url, { path: `/subjects/${encodeURIComponent(subject)}/versions`, body }, options);
    if (!('id' in answer) || !Number.isSafeInteger(answer.id)) throw senseless(url, `no number for ${subject}`);
    const id = Number(answer.id);
    ids.set(name, id);
    foreign.set(id, schema);
  }
  return { ids, foreign };
}

/**
 * The schema behind a number that `decode` did not know, for `Codec.learn`; null when the registry does not know it either.
 * Throws PARTNER_UNREACHABLE or PARTNER_BROKEN.
 */
export async function lookUpSchema(url: string, id: number, options: RegistryOptions = {}): Promise<string | null> {
  const answer = await ask(url, { path: `/schemas/ids/${id}`, missing: {} }, options);
  if (!('schema' in answer)) return null;
  if (typeof answer.schema !== 'string') throw senseless(url, `no text for schema ${id}`);
  return answer.schema;
}

interface Question {
  readonly path: string;
  /** Posted when given; a GET otherwise. */
  readonly body?: string;
  /** What a 404 means, where it is an answer. */
  readonly missing?: object;
}

async function ask(url: string, { path, body, missing }: Question, { fetch = globalThis.fetch, timeoutMs = TIMEOUT_MS }: RegistryOptions): Promise<object> {
  const { address, headers } = reach(url, path);
  const response = await send(() => fetch(address, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { ...headers, accept: CONTENT_TYPE, ...(body === undefined ? {} : { 'content-type': CONTENT_TYPE }) },
    ...(body === undefined ? {} : { body }),
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  }), address);
  const text = await send(() => response.text(), address);
  if (response.status === 404 && missing) return missing;
  if (response.status === 409 || response.status === 422) {
    throw new MeshError('CONTRACT_INCOMPATIBLE', { advice: `the schema registry refuses ${path}: ${text.slice(0, 300)}; see its compatibility setting` });
  }
  if (!response.ok) throw new MeshError('PARTNER_UNREACHABLE', { advice: `the schema registry answered ${response.status} to ${path}; check SCHEMA_REGISTRY_URL and its rights` });
  return jsonObject(text, address);
}

async function send<Answer>(act: () => Promise<Answer>, address: string): Promise<Answer> {
  try {
    return await act();
  } catch (cause) {
    throw new MeshError('PARTNER_UNREACHABLE', { advice: `the schema registry does not answer at ${address}; check SCHEMA_REGISTRY_URL`, cause });
  }
}

// fetch refuses an address with a password in it, and an error message must not show one.
function reach(url: string, path: string): { readonly address: string; readonly headers: Readonly<Record<string, string>> } {
  const parts = baseOf(url);
  const address = `${parts.origin}${parts.pathname.replace(/\/$/, '')}${path}`;
  if (parts.username === '') return { address, headers: {} };
  const login = `${decodeURIComponent(parts.username)}:${decodeURIComponent(parts.password)}`;
  return { address, headers: { authorization: `Basic ${Buffer.from(login).toString('base64')}` } };
}

function baseOf(url: string): URL {
  if (!URL.canParse(url)) throw new MeshError('BAD_CONFIG', { advice: 'SCHEMA_REGISTRY_URL must be an http(s) address' });
  return new URL(url);
}

function jsonObject(text: string, address: string): object {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json === 'object' && json !== null) return json;
  } catch (cause) {
    throw new MeshError('PARTNER_BROKEN', { advice: `the schema registry at ${address} did not answer with JSON`, cause });
  }
  throw senseless(address, 'no object in its answer');
}

function senseless(url: string, what: string): MeshError {
  return new MeshError('PARTNER_BROKEN', { advice: `the schema registry at ${baseOf(url).host} gave ${what}` });
}
