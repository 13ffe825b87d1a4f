import { createServer, type IncomingMessage, type Server } from 'node:http';
import { registry, type AnyMessage } from '@order-mesh/contracts';
import { createCodec, lookUpSchema, registerSchemas } from '../src/codec/index.ts';

interface Asked {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly authorization: string | undefined;
  readonly body: string;
}

const released: AnyMessage = { type: 'ReleaseCredit', value: { orderId: 'SF-1' } };

describe('An external schema registry', () => {
  const servers: Server[] = [];
  let asked: Asked[] = [];

  /** Speaks the part of Confluent's API we use, numbering schemas from 1,000 on. */
  async function serve(override: (asked: Asked) => readonly [number, string] | undefined = () => undefined): Promise<string> {
    asked = [];
    const schemas: string[] = [];
    const server = createServer((request, response) => {
      void bodyOf(request).then((body) => {
        const one = { method: request.method, url: request.url, authorization: request.headers.authorization, body };
        asked.push(one);
        const [status, text] = override(one) ?? answer(one, schemas);
        response.writeHead(status, { 'content-type': 'application/vnd.schemaregistry.v1+json' }).end(text);
      });
    });
    servers.push(server);
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const address = server.address();
    return typeof address === 'object' && address ? `127.0.0.1:${address.port}` : '';
  }

  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => new Promise((closed) => {
      server.close(closed);
      server.closeAllConnections();
    })));
  });

  it('gets every released schema under its subject and gives the numbers for the wire', async () => {
    const numbers = await registerSchemas(`http://${await serve()}`);
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual(registry.map(({ subject }) => `POST /subjects/${subject}/versions`));
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({ schema: registry[0]?.schema, schemaType: 'AVRO' });
    const codec = createCodec(numbers);
    const bytes = codec.encode(released);
    expect(bytes.readInt32BE(1)).toBe(numbers.ids.get('ReleaseCredit'));
    expect(codec.decode(bytes)).toMatchObject({ ok: true, message: released });
    expect(codec.decode(createCodec().encode(released))).toMatchObject({ ok: false, reason: 'unknown-schema' });
  });

  it('gives the same numbers when asked again', async () => {
    const url = `http://${await serve()}`;
    expect(await registerSchemas(url)).toEqual(await registerSchemas(url));
  });

  it('is asked for a number that somebody else wrote with', async () => {
    const address = await serve();
    const numbers = await registerSchemas(`http://${address}/`);
    const id = numbers.ids.get('ReleaseCredit') ?? 0;
    const behind = createCodec({ ids: new Map(), foreign: new Map() });
    const bytes = createCodec(numbers).encode(released);
    expect(behind.decode(bytes)).toMatchObject({ ok: false, reason: 'unknown-schema' });
    behind.learn(id, await lookUpSchema(`http://${address}`, id) ?? '');
    expect(behind.decode(bytes)).toMatchObject({ ok: true, message: released, schemaId: id });
    expect(await lookUpSchema(`http://${address}`, 4)).toBeNull();
  });

  it('is told who we are, and the password shows in no error', async () => {
    const address = await serve(({ url }) => (url?.startsWith('/schemas') ? [500, 'down'] : undefined));
    await registerSchemas(`http://mesh:s%3Acret@${address}`);
    expect(asked[0]?.authorization).toBe(`Basic ${Buffer.from('mesh:s:cret').toString('base64')}`);
    await expect(lookUpSchema(`http://mesh:s%3Acret@${address}`, 1)).rejects.toThrow(/^PARTNER_UNREACHABLE(?!.*cret)/);
  });

  it('says in one sentence what is wrong', async () => {
    await expect(registerSchemas(`http://${await serve(() => [409, '{"error_code":409,"message":"incompatible"}'])}`)).rejects.toThrow(/CONTRACT_INCOMPATIBLE.*incompatible/);
    await expect(registerSchemas(`http://${await serve(() => [200, '<html>'])}`)).rejects.toThrow('PARTNER_BROKEN');
    await expect(registerSchemas(`http://${await serve(() => [200, '{}'])}`)).rejects.toThrow('PARTNER_BROKEN');
    await expect(registerSchemas('http://127.0.0.1:1')).rejects.toThrow('PARTNER_UNREACHABLE');
    await expect(registerSchemas('registry')).rejects.toThrow('BAD_CONFIG');
  });

  it('does not hold us up for ever', async () => {
    const silent: typeof globalThis.fetch = (_address, init) => new Promise((_answer, fail) => {
      init?.signal?.addEventListener('abort', () => { fail(new Error('aborted')); });
    });
    await expect(registerSchemas('http://127.0.0.1:1', { fetch: silent, timeoutMs: 20 })).rejects.toThrow('PARTNER_UNREACHABLE');
  });
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: string[] = [];
  for await (const chunk of request) chunks.push(String(chunk));
  return chunks.join('');
}

function answer({ method, url, body }: Asked, schemas: string[]): readonly [number, string] {
  if (method === 'POST') {
    const { schema }: { readonly schema: string } = JSON.parse(body);
    if (!schemas.includes(schema)) schemas.push(schema);
    return [200, JSON.stringify({ id: 1_000 + schemas.indexOf(schema) })];
  }
  const schema = schemas[Number(url?.split('/').at(-1)) - 1_000];
  return schema === undefined ? [404, '{"error_code":40403}'] : [200, JSON.stringify({ schema })];
}
