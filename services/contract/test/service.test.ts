import { createHash } from 'node:crypto';
import axios from 'axios';
import { topics, type AnyMessage } from '@order-mesh/contracts';
import { freePort } from '@order-mesh/embedded';
import { runAlone, until, type Alone } from '@order-mesh/testing';
import { contractService } from '../src/module.ts';
import { houses, type House, type Letter } from './houses.ts';
import { makeVoid, sign } from './scene.ts';

/** So many failures may have the provider left alone for some seconds, and called slowly after. */
const SPARED = 90_000;
const CUSTOMER = '华东文具有限公司';
const orders = (prefix: string, count: number): readonly string[] => Array.from({ length: count }, (_, at) => `${prefix}${String(at).padStart(3, '0')}`);
const each = (ids: readonly string[], what: string): readonly string[] => ids.map((orderId) => `${orderId} ${what}`);

describe.each(houses)('contracts signed with %s', (_name, open) => {
  let house: House;
  let contract: Alone;
  let callbackUrl: string;

  beforeAll(async () => {
    house = await open();
    const port = await freePort();
    callbackUrl = `http://127.0.0.1:${port}/v1/callbacks/${house.provider.name}`;
    contract = await runAlone(contractService, [topics.contractEvents], { CONTRACT_HTTP_PORT: String(port), CONTRACT_CHECK_SECONDS: '2', ...house.env(callbackUrl) });
  }, 90_000);
  afterEach(() => {
    house?.faults.clear();
    house?.change({ signDelayMs: 50, refuse: [], silent: [] });
  });
  afterAll(async () => {
    await contract?.stop();
    await house?.close();
  }, 60_000);

  const tell = (...commands: readonly (AnyMessage & { readonly key: string })[]) => contract.publish(...commands);
  const statuses = async (prefix: string) => (await house.flows(prefix)).map(({ externalRef, status }) => `${externalRef.slice(3)} ${status}`).sort();
  /** One live flow for each of these orders; drafts, which nobody sees, left out. */
  const live = async (prefix: string) => (await house.flows(prefix)).filter((flow) => flow.live).map(({ externalRef, status }) => `${externalRef.slice(3)} ${status}`).sort();

  it('has a contract signed, keeps the document and tells its hash', async () => {
    await tell(sign('A1'), sign('A1'));
    expect(await contract.heard(1)).toEqual(['A1 ContractSigned']);
    const [flow, ...others] = await house.flows('A1');
    expect([flow?.status, others]).toEqual(['signed', []]);
    const text = `select c.sign_flow_id, c.contract_id, c.document_sha256, d.bytes from contract.contract c join contract.document d using (order_id, sign_flow_id) where order_id = 'A1'`;
    const [row] = await contract.database.query<{ readonly document_sha256: string; readonly bytes: Buffer }>({ name: 'test.a1', text });
    expect(row).toMatchObject({ sign_flow_id: flow?.id, contract_id: 'HT-A1', document_sha256: createHash('sha256').update(row?.bytes ?? '').digest('hex') });
    expect(contract.said.find(({ key }) => key === 'A1')?.value).toMatchObject({ documentSha256: row?.document_sha256 });
  }, 60_000);

  it('tells a refusal, and that a contract never asked for is void', async () => {
    house.change({ refuse: [CUSTOMER] });
    await tell(sign('B1'), makeVoid('B2'));
    expect(await contract.heard(2)).toEqual(['B1 ContractRefused', 'B2 ContractVoided']);
    await tell(makeVoid('B1'), sign('B2'));
    expect(await contract.heard(2)).toEqual(['B1 ContractVoided', 'B2 ContractRefused']);
    expect(await statuses('B')).toEqual(['B1 refused']);
  }, 60_000);

  it('puts one contract before the parties although a request given up for lost arrives in the end', async () => {
    house.faults.add([{ match: house.calls.draft, delayMs: 12_000, count: 1 }, { match: house.calls.start, delayMs: 12_000, count: 1 }]);
    await tell(sign('I1'));
    expect(await contract.heard(1)).toEqual(['I1 ContractSigned']);
    await until('both late requests to have arrived', async () => house.faults.list().every(({ fired }) => fired === 1) && (await house.flows('I1')).length === 2);
    await new Promise((resolve) => { setTimeout(resolve, 3_000); });
    expect(await live('I1')).toEqual(['I1 signed']);
  }, 90_000);

  it('begins 40 flows once each although answers are lost, cut short or never begun', async () => {
    const { calls } = house;
    house.faults.add([
      { match: calls.draft, dropAfterCommit: true, rate: 0.2, count: 12 },
      { match: calls.draft, garbage: true, rate: 0.1, count: 6 },
      { match: calls.draft, half: true, rate: 0.1, count: 6 },
      { match: calls.draft, dropBeforeCommit: true, rate: 0.1, count: 6 },
      { match: calls.upload, dropAfterCommit: true, rate: 0.1, count: 5 },
      { match: calls.start, dropAfterCommit: true, rate: 0.2, count: 12 },
      { match: calls.start, dropBeforeCommit: true, rate: 0.1, count: 6 },
    ]);
    const ids = orders('C', 40);
    await tell(...ids.map((id) => sign(id)));
    expect(await contract.heard(40, SPARED)).toEqual(each(ids, 'ContractSigned'));
    expect(await live('C')).toEqual(each(ids, 'signed'));
    expect(house.faults.list().slice(0, 4).every(({ fired }) => fired > 0)).toBe(true);
  }, 120_000);

  it('hears of the signature even when every callback is lost', async () => {
    house.faults.add([{ match: 'CALLBACK', dropBeforeCommit: true }]);
    const ids = orders('D', 5);
    await tell(...ids.map((id) => sign(id)));
    expect(await contract.heard(5)).toEqual(each(ids, 'ContractSigned'));
  }, 60_000);

  it('tells each signature once although callbacks come twice and out of order', async () => {
    house.faults.add([{ match: 'CALLBACK', dropAfterCommit: true, rate: 0.4 }, { match: 'CALLBACK', delayMs: 200, rate: 0.4 }]);
    const ids = orders('J', 10);
    await tell(...ids.map((id) => sign(id)));
    expect(await contract.heard(10)).toEqual(each(ids, 'ContractSigned'));
    await until('a callback to have come twice', async () => house.faults.list().some(({ fired }) => fired > 0));
    await new Promise((resolve) => { setTimeout(resolve, 1_000); });
    expect(contract.said.filter(({ key }) => key.startsWith('J'))).toHaveLength(10);
  }, 60_000);

  it('believes no callback but the provider\'s of now, once, and answers each as the provider expects', async () => {
    house.change({ silent: [CUSTOMER] });
    await tell(sign('K1'));
    const flow = await until('the flow to be open', async () => (await house.flows('K1')).find(({ status }) => status === 'open')?.id ?? null);
    await until('us to know of it', async () => (await contract.database.query({ name: 'test.k1', text: `select from contract.contract where order_id = 'K1' and status = 'signing'` })).length === 1);
    const post = async ({ headers, body }: Letter, to = callbackUrl) => {
      const { status, data } = await axios.post<unknown>(to, body, { headers, validateStatus: () => true });
      return { status, data };
    };
    const letter = (change: { readonly flow?: string; readonly at?: number; readonly secret?: string } = {}) => house.letter({ flow, callbackUrl, ...change });
    // A look of our own has another key than one that a callback asks for
    const asked = async () => contract.database.query<{ readonly updated_at: number }>({
      name: 'test.asked', text: `select updated_at from outbound.call where service = 'contract' and order_id = 'K1' and key like 'read/%/%'` });
    const genuine = letter();
    expect((await post(letter({ secret: 'guessed' }))).status).toBe(401);
    // Half of some bodies cannot be read at all
    expect([400, 401]).toContain((await post({ ...genuine, body: genuine.body.slice(0, genuine.body.length / 2) })).status);
    expect((await post({ headers: {}, body: '' })).status).toBe(401);
    expect((await post(letter({ at: Date.now() - 6 * 60_000 }))).status).toBe(house.oldIs);
    expect((await post(letter({ at: Date.now() + 6 * 60_000 }))).status).toBe(house.oldIs);
    expect(await post(letter({ flow: 'somebody-elses' }))).toEqual({ status: 200, data: house.taken });
    expect((await post(genuine, callbackUrl.replace(house.provider.name, 'another'))).status).toBe(404);
    expect(await asked()).toEqual([]);
    expect(await post(genuine)).toEqual({ status: 200, data: house.taken });
    const settled = await until('the flow to be looked at', async () => {
      const calls = await contract.database.query({ name: 'test.settled', text: `select updated_at from outbound.call where order_id = 'K1' and key like 'read/%/%' and status = 'answered'` });
      return calls.length === 1 ? calls : null;
    });
    expect(await post(genuine)).toEqual({ status: 200, data: house.taken });
    await new Promise((resolve) => { setTimeout(resolve, 500); });
    expect(await asked()).toEqual(settled);
    expect(contract.said.filter(({ key }) => key === 'K1')).toEqual([]);
  }, 60_000);

  it('revokes what is being signed', async () => {
    house.change({ silent: [CUSTOMER] });
    const ids = orders('E', 10);
    await tell(...ids.map((id) => sign(id)));
    await until('the flows to be open', async () => (await live('E')).length === 10);
    house.faults.add([{ match: house.calls.revoke, dropAfterCommit: true, count: 4 }]);
    await tell(...ids.map((id) => makeVoid(id)));
    expect(await contract.heard(10)).toEqual(each(ids, 'ContractVoided'));
    expect(await statuses('E')).toEqual(each(ids, 'revoked'));
  }, 60_000);

  it('has a signed contract rescinded by the parties', async () => {
    const ids = orders('F', 5);
    await tell(...ids.map((id) => sign(id)));
    await contract.heard(5);
    house.faults.add([{ match: house.calls.rescind, dropAfterCommit: true, count: 2 }]);
    await tell(...ids.map((id) => makeVoid(id)));
    expect(await contract.heard(5)).toEqual(each(ids, 'ContractVoided'));
    expect(await live('F')).toEqual([]);
  }, 60_000);

  it('says when the customer will not rescind', async () => {
    await tell(sign('G1'));
    expect(await contract.heard(1)).toEqual(['G1 ContractSigned']);
    house.change({ refuse: [CUSTOMER] });
    await tell(makeVoid('G1'));
    expect(await contract.heard(1)).toEqual(['G1 VoidRefused']);
  }, 60_000);

  it('leaves nothing binding when contracts are made void while they are being sent', async () => {
    house.faults.add([{ match: house.calls.draft, delayMs: 300 }]);
    const ids = orders('H', 20);
    await tell(...ids.map((id) => sign(id)));
    await until('the provider to be asked', async () => (house.faults.list()[0]?.fired ?? 0) > 0);
    await tell(...ids.map((id) => makeVoid(id)));
    expect(await contract.heard(20)).toEqual(each(ids, 'ContractVoided'));
    expect(await live('H')).toEqual([]);
  }, 60_000);
});
