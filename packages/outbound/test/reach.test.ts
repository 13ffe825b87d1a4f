import { createServer, type Server } from 'node:http';
import type { LookupAddress } from 'node:dns';
import type { AddressInfo, LookupFunction } from 'node:net';
import { guardedAgents, partnerHttp, type Reach } from '@order-mesh/outbound';

const servers: Server[] = [];

/** A server on loopback that notes who asked; `location` is where it would lead to. */
async function listen(location = ''): Promise<{ readonly url: string; readonly asked: readonly string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(location === '' ? 200 : 302, location === '' ? {} : { location }).end('here');
  });
  servers.push(server);
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

afterAll(() => { for (const server of servers) { server.closeAllConnections(); server.close(); } });

/** Names that mean what they are told to, one address after the other. */
function names(meaning: Readonly<Record<string, readonly string[]>>): LookupFunction {
  const asked = new Map<string, number>();
  return (hostname, { all }, callback) => {
    const addresses = meaning[hostname] ?? [];
    const turn = asked.get(hostname) ?? 0;
    asked.set(hostname, turn + 1);
    const address = addresses[Math.min(turn, addresses.length - 1)] ?? '';
    const found: LookupAddress[] = [{ address, family: address.includes(':') ? 6 : 4 }];
    if (all) callback(null, found);
    else callback(null, address, 4);
  };
}

/** How a call ends: the status, or why it was not made. */
async function call(reach: Reach, url: string, lookup?: LookupFunction): Promise<number | string> {
  const http = partnerHttp(reach, 1_000, guardedAgents(reach, lookup));
  try {
    return (await http.get(url, { signal: AbortSignal.timeout(5_000) })).status;
  } catch (error) {
    return error instanceof Error && 'code' in error ? `${String(error.code)} ${error.message}` : String(error);
  }
}

describe('S16: a call to a partner', () => {
  it('goes to the address that is configured for it, also on our premises', async () => {
    const partner = await listen();
    expect([await call({ own: partner.url }, `${partner.url}/a`), partner.asked]).toEqual([200, ['/a']]);
    const { port } = new URL(partner.url);
    const named = { own: `http://u8.factory.example:${port}` };
    expect(await call(named, `http://u8.factory.example:${port}/b`, names({ 'u8.factory.example': ['127.0.0.1'] }))).toBe(200);
  });

  it.each([
    'http://127.0.0.1:1/', 'http://localhost:1/', 'http://169.254.169.254/latest/meta-data', 'http://[::1]:1/', 'http://[::ffff:127.0.0.1]:1/', 'http://2130706433:1/', 'http://0x7f.1:1/', 'http://0.0.0.0:1/', 'http://10.0.0.1/', 'http://attacker.example/',
  ])('goes to nobody else, such as %s', async (url) => {
    const partner = await listen();
    expect(await call({ own: partner.url }, url)).toMatch(/^EHOSTUNREACH not connected: .* is no place of this partner$/);
    expect(partner.asked).toEqual([]);
  });

  it.each(['127.0.0.1', '10.1.2.3', '192.168.0.1', '169.254.169.254', '100.100.100.200', '0.0.0.0', '[::1]', '[fd00:ec2::254]', '[fe80::1]', '[::ffff:10.0.0.1]', '[64:ff9b::7f00:1]'])('goes to no inner address %s although it is on the list', async (host) => {
    expect(await call({ own: 'https://partner.example', others: [new URL(`http://${host}`).host] }, `http://${host}/`)).toMatch(/^EHOSTUNREACH not connected: .* is not on the public internet$/);
  });

  it.each(['127.0.0.1', '10.1.2.3', '169.254.169.254', '::1', 'fe80::1', '::ffff:169.254.169.254'])('goes to no listed name that leads to %s', async (address) => {
    const elsewhere = await listen();
    const { port } = new URL(elsewhere.url);
    const reach = { own: 'https://partner.example', others: [`files.partner.example:${port}`, '.cdn.example'] };
    const lookup = names({ 'files.partner.example': [address], 'a.cdn.example': [address] });
    for (const url of [`http://files.partner.example:${port}/`, 'http://a.cdn.example/']) expect(await call(reach, url, lookup)).toMatch(/^EHOSTUNREACH not connected: .* leads to .*, where no partner is$/);
    expect(elsewhere.asked).toEqual([]);
  });

  it('goes nowhere when a name is changed between two looks at it: the address that was judged is the one that is called', async () => {
    const inner = await listen();
    const { port } = new URL(inner.url);
    const reach = { own: 'https://partner.example', others: [`rebound.example:${port}`] };
    const lookup = names({ 'rebound.example': ['93.184.215.14', '127.0.0.1'] });
    const first = await new Promise<unknown>((resolve) => { lookup('rebound.example', { all: false }, (_, address) => { resolve(address); }); });
    expect(first).toBe('93.184.215.14');
    expect(await call(reach, `http://rebound.example:${port}/`, lookup)).toMatch(/leads to 127\.0\.0\.1/);
    expect(inner.asked).toEqual([]);
  });

  it.each(['169.254.169.254', '100.100.100.200', 'fd00:ec2::254'])('finds no credentials of the machine at %s behind a partner\'s own name', async (address) => {
    expect(await call({ own: 'http://u8.factory.example' }, 'http://u8.factory.example/', names({ 'u8.factory.example': [address] }))).toMatch(/^EHOSTUNREACH/);
  });

  it('follows no redirect, neither inwards nor out', async () => {
    const inner = await listen();
    for (const location of [`${inner.url}/secret`, 'http://169.254.169.254/latest', '//attacker.example/']) {
      const partner = await listen(location);
      expect([await call({ own: partner.url, others: [new URL(inner.url).host] }, partner.url), partner.asked]).toEqual([302, ['/']]);
    }
    expect(inner.asked).toEqual([]);
  });
});
