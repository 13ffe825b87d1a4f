import { createHash } from 'node:crypto';
import axios from 'axios';
import { topics, type AnyMessage } from '@order-mesh/contracts';
import { freePort } from '@order-mesh/embedded';
import { startEsign, type EsignSimulator } from '@order-mesh/esign-simulator';
import { runAlone, until, type Alone } from '@order-mesh/testing';
import { contractService } from '../src/module.ts';
import { makeVoid, sign } from './scene.ts';

let esign: EsignSimulator;
let contract: Alone;
let callbackUrl: string;

beforeAll(async () => {
  const port = await freePort();
  callbackUrl = `http://127.0.0.1:${port}/v1/callbacks/esign`;
  esign = await startEsign({ port: 0, sample: { customers: [] }, settings: { signDelayMs: 50 }, callbackRetryMs: [100, 200] });
  contract = await runAlone(contractService, [topics.contractEvents], {
    ESIGN_URL: esign.url, CONTRACT_HTTP_PORT: String(port), CONTRACT_CALLBACK_URL: callbackUrl, CONTRACT_CHECK_SECONDS: '2',
  });
}, 90_000);
afterEach(() => {
  esign?.faults.clear();
  esign?.change({ signDelayMs: 50, refuse: [], silent: [] });
});
afterAll(async () => {
  await contract?.stop();
  await esign?.close();
}, 60_000);

interface Flow {
  readonly id: string;
  readonly externalRef: string;
  readonly statusText: string;
  readonly live: boolean;
  readonly rescinds?: string;
}

/** The flows the provider would swear to: those of these orders, rescissions left out. */
async function flows(prefix: string): Promise<readonly Flow[]> {
  const { data } = await axios.get<{ readonly flows: readonly Flow[] }>(`${esign.url}/_sim/ledger`);
  return data.flows.filter(({ externalRef, rescinds }) => externalRef.startsWith(`HT-${prefix}`) && rescinds === undefined);
}

const orders = (prefix: string, count: number): readonly string[] => Array.from({ length: count }, (_, at) => `${prefix}${String(at).padStart(3, '0')}`);
const each = (ids: readonly string[], what: string): readonly string[] => ids.map((orderId) => `${orderId} ${what}`);
const tell = (...commands: readonly (AnyMessage & { readonly key: string })[]) => contract.publish(...commands);
const statuses = async (prefix: string) => (await flows(prefix)).map(({ externalRef, statusText }) => `${externalRef.slice(3)} ${statusText}`).sort();

it('has a contract signed and tells the hash of what was signed', async () => {
  await tell(sign('A1'), sign('A1'));
  expect(await contract.heard(1)).toEqual(['A1 ContractSigned']);
  const [flow, ...others] = await flows('A1');
  expect([flow?.statusText, others]).toEqual(['完成', []]);
  const [row] = await contract.database.query<{ readonly sign_flow_id: string; readonly document_sha256: string; readonly contract_id: string }>(
    { name: 'test.a1', text: `select sign_flow_id, document_sha256, contract_id from contract.contract where order_id = 'A1'` });
  expect(row).toMatchObject({ sign_flow_id: flow?.id, contract_id: 'HT-A1' });
  expect(row?.document_sha256).not.toBe(createHash('sha256').digest('hex'));
}, 60_000);

it('tells a refusal, and that a contract never asked for is void', async () => {
  esign.change({ refuse: ['华东文具有限公司'] });
  await tell(sign('B1'), makeVoid('B2'));
  expect(await contract.heard(2)).toEqual(['B1 ContractRefused', 'B2 ContractVoided']);
  await tell(makeVoid('B1'), sign('B2'));
  expect(await contract.heard(2)).toEqual(['B1 ContractVoided', 'B2 ContractRefused']);
  expect(await statuses('B')).toEqual(['B1 拒签']);
}, 60_000);

/** One live flow for each of these orders; drafts, which nobody sees, left out. */
const live = async (prefix: string) => (await flows(prefix)).filter((flow) => flow.live).map(({ externalRef, statusText }) => `${externalRef.slice(3)} ${statusText}`).sort();

it('puts one contract before the parties although a request given up for lost arrives in the end', async () => {
  esign.faults.add([{ match: 'POST /v3/sign-flow/create-by-file', delayMs: 12_000, count: 1 }, { match: '/start', delayMs: 12_000, count: 1 }]);
  await tell(sign('I1'));
  expect(await contract.heard(1)).toEqual(['I1 ContractSigned']);
  await until('both late requests to have arrived', async () => esign.faults.list().every(({ fired }) => fired === 1) && (await flows('I1')).length === 2);
  await new Promise((resolve) => { setTimeout(resolve, 3_000); });
  expect(await live('I1')).toEqual(['I1 完成']);
}, 90_000);

it('begins 40 flows once each although answers are lost, cut short or never begun', async () => {
  esign.faults.add([
    { match: 'POST /v3/sign-flow/create-by-file', dropAfterCommit: true, rate: 0.3, count: 12 },
    { match: 'POST /v3/sign-flow/create-by-file', garbage: true, rate: 0.2, count: 6 },
    { match: 'POST /v3/sign-flow/create-by-file', dropBeforeCommit: true, rate: 0.2, count: 6 },
    { match: 'PUT /upload', dropAfterCommit: true, rate: 0.2, count: 5 },
    { match: '/start', dropAfterCommit: true, rate: 0.3, count: 12 },
    { match: '/start', dropBeforeCommit: true, rate: 0.2, count: 6 },
  ]);
  const ids = orders('C', 40);
  await tell(...ids.map(sign));
  expect(await contract.heard(40)).toEqual(each(ids, 'ContractSigned'));
  expect(await live('C')).toEqual(each(ids, '完成'));
  expect(esign.faults.list().slice(0, 3).every(({ fired }) => fired > 0)).toBe(true);
}, 90_000);

it('hears of the signature even when every callback is lost', async () => {
  esign.faults.add([{ match: 'CALLBACK', dropBeforeCommit: true }]);
  const ids = orders('D', 5);
  await tell(...ids.map(sign));
  expect(await contract.heard(5)).toEqual(each(ids, 'ContractSigned'));
}, 60_000);

it('believes no callback but the provider\'s, and answers it for a flow it does not know', async () => {
  const forged = await axios.post(callbackUrl, { action: 'SIGN_FLOW_COMPLETE', signFlowId: 'x', signFlowStatus: '2' }, {
    headers: { 'X-Tsign-Open-Timestamp': String(Date.now()), 'X-Tsign-Open-Signature': '00'.repeat(32) }, validateStatus: () => true });
  expect(forged.status).toBe(401);
  const { callbackSignature, USUAL_CREDENTIALS } = await import('@order-mesh/esign-simulator');
  const body = JSON.stringify({ action: 'SIGN_FLOW_COMPLETE', signFlowId: 'somebody-elses', signFlowStatus: '2' });
  const timestamp = String(Date.now());
  const signature = callbackSignature(USUAL_CREDENTIALS.appSecret, { timestamp, notifyUrl: callbackUrl, body });
  const genuine = await axios.post(callbackUrl, body, {
    headers: { 'Content-Type': 'application/json; charset=UTF-8', 'X-Tsign-Open-Timestamp': timestamp, 'X-Tsign-Open-Signature': signature }, validateStatus: () => true });
  expect([genuine.status, genuine.data]).toEqual([200, { code: '200', msg: 'success' }]);
}, 60_000);

it('revokes what is being signed', async () => {
  esign.change({ silent: ['华东文具有限公司'] });
  const ids = orders('E', 10);
  await tell(...ids.map(sign));
  await until('the flows to be open', async () => (await live('E')).length === 10);
  esign.faults.add([{ match: '/revoke', dropAfterCommit: true, count: 4 }]);
  await tell(...ids.map(makeVoid));
  expect(await contract.heard(10)).toEqual(each(ids, 'ContractVoided'));
  expect(await statuses('E')).toEqual(each(ids, '撤销'));
}, 60_000);

it('has a signed contract rescinded by the parties', async () => {
  const ids = orders('F', 5);
  await tell(...ids.map(sign));
  await contract.heard(5);
  esign.faults.add([{ match: '/initiate-rescission', dropAfterCommit: true, count: 2 }]);
  await tell(...ids.map(makeVoid));
  expect(await contract.heard(5)).toEqual(each(ids, 'ContractVoided'));
  expect((await flows('F')).filter(({ live }) => live)).toEqual([]);
}, 60_000);

it('says when the customer will not rescind', async () => {
  await tell(sign('G1'));
  expect(await contract.heard(1)).toEqual(['G1 ContractSigned']);
  esign.change({ refuse: ['华东文具有限公司'] });
  await tell(makeVoid('G1'));
  expect(await contract.heard(1)).toEqual(['G1 VoidRefused']);
}, 60_000);

it('leaves nothing binding when contracts are made void while they are being sent', async () => {
  esign.faults.add([{ match: 'create-by-file', delayMs: 300 }]);
  const ids = orders('H', 20);
  await tell(...ids.map(sign));
  await until('the provider to be asked', async () => (esign.faults.list()[0]?.fired ?? 0) > 0);
  await tell(...ids.map(makeVoid));
  expect(await contract.heard(20)).toEqual(each(ids, 'ContractVoided'));
  expect((await flows('H')).filter(({ live }) => live)).toEqual([]);
}, 60_000);
