import { createHash } from 'node:crypto';
import { days, hours, type Instant } from '@order-mesh/kernel';
import type { CallResult, PendingCall, RequestOf } from '@order-mesh/outbound';
import { until } from '@order-mesh/testing';
import { usualForm } from '../src/domain/form.ts';
import { termsOf } from '../src/domain/terms.ts';
import { memoryDocuments } from '../src/outbound/memory-documents.ts';
import { contractPrinter } from '../src/outbound/paper/print-contract.ts';
import type { SigningOperations } from '../src/outbound/signing-desk.ts';
import { signingOperations } from '../src/outbound/signing-operations.ts';
import { houses, type House } from './houses.ts';
import { sign } from './scene.ts';

const CUSTOMER = '华东文具有限公司';
const print = contractPrinter({ seller: '示范制造有限公司', fontFile: '' });

describe.each(houses)('%s as a provider', (_name, open) => {
  let house: House;
  let operations: SigningOperations;
  const documents = memoryDocuments();

  beforeAll(async () => {
    house = await open();
    operations = signingOperations({ provider: house.provider, print, documents, contacts: { open: async (_, address) => ({ type: 'open', address }) } });
  });
  afterEach(() => {
    house.faults.clear();
    house.change({ signDelayMs: 50, refuse: [], silent: [] });
  });
  afterAll(() => house?.close());

  const call = <Request>(request: Request, orderId: string, askedAt: Instant): PendingCall<Request> => ({ key: orderId, operation: '', orderId, ledger: '', request, giveUpAt: 0, askedAt, attempts: 0 });
  async function perform<Name extends keyof SigningOperations>(name: Name, request: RequestOf<SigningOperations[Name]>, { orderId = 'X', askedAt = Date.now() } = {}): Promise<CallResult> {
    const { perform: carryOut } = operations[name] as { perform(calls: readonly PendingCall[], signal: AbortSignal): Promise<readonly CallResult[]> };
    const [result] = await carryOut([call(request, orderId, askedAt)], AbortSignal.timeout(10_000)).catch((error: unknown): CallResult[] => [{ type: 'unknown', detail: String(error) }]);
    if (!result) throw new Error('no result');
    return result;
  }
  const draft = async (orderId: string, askedAt?: Instant) => {
    const result = await perform('draft', termsOf(sign(orderId).value, usualForm), { orderId, ...(askedAt !== undefined && { askedAt }) });
    if (result.type !== 'answered') throw new Error(JSON.stringify(result));
    return result.answer as { readonly signFlowId: string };
  };
  const started = async (orderId: string, askedAt?: Instant) => {
    const flow = await draft(orderId, askedAt);
    expect(await perform('start', flow)).toEqual({ type: 'answered', answer: null });
    return flow;
  };
  const look = (flow: { readonly signFlowId: string }) => perform('read-status', { ...flow, round: 0 });
  const reads = (flow: { readonly signFlowId: string }, wanted: object) => until(JSON.stringify(wanted), async () => {
    const result = await look(flow);
    return result.type === 'answered' && Object.entries(wanted).every(([name, value]) => Reflect.get(Object(result.answer), name) === value) ? result.answer : null;
  });
  const live = async (orderId: string) => (await house.flows(orderId)).filter((flow) => flow.live).map(({ id, status }) => [id, status]);
  const statuses = async (orderId: string) => (await house.flows(orderId)).map(({ status }) => status);

  it('goes on with contracts that are begun before it draws up others', () => {
    const { draft: { priority: begins = 0 }, ...goOn } = operations;
    for (const { priority = 0 } of Object.values(goOn)) expect(priority).toBeGreaterThan(begins);
  });

  it('draws contracts up that nobody sees, as often as it is asked', async () => {
    house.change({ signDelayMs: 1 });
    const [one, other] = [await draft('A1'), await draft('A1')];
    await new Promise((resolve) => { setTimeout(resolve, 100); });
    expect(one).not.toEqual(other);
    expect([await statuses('A1'), await live('A1')]).toEqual([['draft', 'draft'], []]);
    expect(await look(one)).toEqual({ type: 'answered', answer: { flow: 'open' } });
  });

  it('puts a draft before the parties once, however often it is asked to, also when they have signed', async () => {
    const flow = await draft('B1');
    house.faults.add([{ match: house.calls.start, dropAfterCommit: true, count: 1 }]);
    expect((await perform('start', flow)).type).toBe('unknown');
    expect(await perform('start', flow)).toEqual({ type: 'answered', answer: null });
    await reads(flow, { flow: 'completed' });
    expect(await perform('start', flow)).toEqual({ type: 'answered', answer: null });
    expect(await live('B1')).toEqual([[flow.signFlowId, 'signed']]);
  });

  it('keeps what the parties have signed, once, and tells its hash', async () => {
    const flow = await started('C1');
    const answer = await reads(flow, { flow: 'completed', rescission: 'none' });
    const bytes = documents.of(flow.signFlowId)?.bytes ?? new Uint8Array();
    expect(answer).toMatchObject({ documentSha256: createHash('sha256').update(bytes).digest('hex') });
    expect(Math.abs(Date.now() - Number(Reflect.get(Object(answer), 'signedAt')))).toBeLessThan(10_000);
    expect(Buffer.from(bytes).toString('latin1')).toMatch(/^%PDF-[\s\S]*%%EOF/);
    house.faults.add([{ match: house.calls.link, status: 503 }]);
    expect(await look(flow)).toEqual({ type: 'answered', answer });
  });

  it.each(['garbage', 'half'] as const)('takes %s in place of the signed document for no document', async (kind) => {
    const flow = await started(`D-${kind}`);
    house.faults.add([{ match: house.calls.file, [kind]: true, count: 2 }]);
    await until('the file to be asked for', async () => ['unknown', 'unavailable'].includes((await look(flow)).type));
    expect(documents.of(flow.signFlowId)).toBeUndefined();
    await reads(flow, { flow: 'completed' });
    expect(documents.of(flow.signFlowId)).toBeDefined();
  });

  it('fetches nothing from a place that is not the provider\'s', async () => {
    house.faults.add([house.linkElsewhere]);
    const flow = await started('E1');
    await until('the flow to be signed', async () => (await statuses('E1')).includes('signed'));
    expect(await look(flow)).toEqual({ type: 'unavailable', detail: 'the signed document cannot be fetched yet' });
  });

  it('reads a refusal, a revocation and the end of the time, each as what it is', async () => {
    house.change({ refuse: [CUSTOMER] });
    await reads(await started('F1'), { flow: 'refused', detail: '签署人拒绝签署' });
    house.change({ refuse: [], silent: [CUSTOMER] });
    const revoked = await started('F2');
    expect(await perform('void', revoked)).toEqual({ type: 'answered', answer: { now: 'void' } });
    await reads(revoked, { flow: 'revoked' });
    await reads(await started('F3', Date.now() + 400 + hours(1) - days(7)), { flow: 'expired' });
    expect(await live('F')).toEqual([]);
  });

  it('revokes what is being signed, once, however often it is asked to', async () => {
    house.change({ silent: [CUSTOMER] });
    const flow = await started('G1');
    house.faults.add([{ match: house.calls.revoke, dropAfterCommit: true, count: 1 }]);
    expect((await perform('void', flow)).type).toBe('unknown');
    for (let times = 0; times < 2; times += 1) expect(await perform('void', flow)).toEqual({ type: 'answered', answer: { now: 'void' } });
    expect([await statuses('G1'), await live('G1')]).toEqual([['revoked'], []]);
  });

  it('has a signed contract taken back by its parties, once, however often it is asked to', async () => {
    const flow = await started('H1');
    await reads(flow, { flow: 'completed' });
    house.change({ signDelayMs: 500 });
    house.faults.add([{ match: house.calls.rescind, dropAfterCommit: true, count: 1 }]);
    expect((await perform('void', flow)).type).toBe('unknown');
    expect(await perform('void', flow)).toEqual({ type: 'answered', answer: { now: 'rescinding', ...flow } });
    await reads(flow, { flow: 'completed', rescission: 'done' });
    expect(await perform('void', flow)).toEqual({ type: 'answered', answer: { now: 'void' } });
    expect(await live('H1')).toEqual([]);
  });

  it('leaves a signed contract as it is when a party will not take it back, and can be asked anew', async () => {
    const flow = await started('I1');
    await reads(flow, { flow: 'completed' });
    house.change({ refuse: [CUSTOMER] });
    await perform('void', flow);
    await reads(flow, { flow: 'completed', rescission: 'none' });
    expect(await live('I1')).toEqual([[flow.signFlowId, 'signed']]);
    house.change({ refuse: [] });
    expect(await perform('void', flow)).toEqual({ type: 'answered', answer: { now: 'rescinding', ...flow } });
    await reads(flow, { rescission: 'done' });
  });

  it('looks again when a party signs between the look and the revocation', async () => {
    house.change({ signDelayMs: 150 });
    const flow = await started('J1');
    house.faults.add([{ match: house.calls.revoke, delayMs: 500, count: 1 }]);
    expect(await perform('void', flow)).toMatchObject({ type: 'unavailable', detail: expect.stringContaining('moved meanwhile') });
    expect(await perform('void', flow)).toEqual({ type: 'answered', answer: { now: 'rescinding', ...flow } });
  });

  it.each([
    ['a proxy\'s page', { garbage: true }], ['half an answer', { half: true }], ['HTTP 502', { status: 502, body: '<html>' }], ['an empty object', { body: {} }],
    ['HTTP 503 with somebody else\'s code', { status: 503, body: { code: '503', msg: 'busy' } }], ['a code nobody knows', { status: 500, body: { code: 100_000, data: {} } }], ['no answer, the work not done', { dropBeforeCommit: true }], ['no answer, the work done', { dropAfterCommit: true }],
  ])('takes %s for no answer, and never for a refusal', async (_what, fault) => {
    house.change({ silent: [CUSTOMER] });
    const [drafted, opened] = [await draft('K1'), await started('K1')];
    const { calls } = house;
    const tried = async (match: string, work: () => Promise<CallResult>) => {
      house.faults.add([{ match, ...fault, count: 1 }]);
      const { type } = await work();
      house.faults.clear();
      return type;
    };
    const results = [
      await tried(calls.draft, () => perform('draft', termsOf(sign('K2').value, usualForm))),
      await tried(calls.start, () => perform('start', drafted)),
      await tried(calls.read, () => look(opened)),
      await tried(calls.read, () => perform('void', opened)),
      await tried(calls.revoke, () => perform('void', opened)),
    ];
    // Not "unavailable" either: that would say that surely nothing was done
    expect(results).toEqual(['unknown', 'unknown', 'unknown', 'unknown', 'unknown']);
  });

  it.each([['turned away', { status: 403 }], ['taken, and the answer lost', { dropAfterCommit: true }]])('draws nothing up when the document was %s', async (_what, fault) => {
    house.faults.add([{ match: house.calls.upload, ...fault, count: 1 }]);
    expect((await perform('draft', termsOf(sign('N1').value, usualForm))).type).toBe('unavailable');
    expect(await house.flows('N1')).toEqual([]);
  });

  it('says "no" in the provider\'s words, and takes being turned away at the gate for none', async () => {
    house.faults.add([{ match: house.calls.draft, ...house.no.rule, count: 1 }]);
    expect(await perform('draft', termsOf(sign('L1').value, usualForm))).toMatchObject({ type: 'refused', reason: 'refused-by-provider', detail: expect.stringContaining(house.no.code) });
    house.faults.add([{ match: house.calls.draft, ...house.turnedAway, count: 1 }]);
    expect((await perform('draft', termsOf(sign('L1').value, usualForm))).type).toBe('unavailable');
    expect(await house.flows('L1')).toEqual([]);
  });

  it('knows no flow of somebody else', async () => {
    const other = { signFlowId: 'somebody-elses' };
    expect(await look(other)).toMatchObject({ type: 'refused', reason: 'unknown-flow' });
    expect(await perform('start', other)).toMatchObject({ type: 'refused', reason: 'refused-by-provider' });
    expect(await perform('void', other)).toMatchObject({ type: 'refused', reason: 'unknown-flow' });
  });

  it('renews its token once when it expires midway, where it has one', async () => {
    const flow = await draft('M1');
    const before = await house.tokens?.issued();
    house.tokens?.expire();
    const looks = await Promise.all([look(flow), look(flow), look(flow), perform('start', flow)]);
    expect(looks.map(({ type }) => type)).toEqual(['answered', 'answered', 'answered', 'answered']);
    expect(await house.tokens?.issued()).toBe(before === undefined ? undefined : before + 1);
  });

  it('hears a week later that nobody has signed', async () => {
    house.change({ silent: [CUSTOMER] });
    const flow = await started('N1');
    await house.moveClock(days(7) - hours(2));
    expect(await look(flow)).toEqual({ type: 'answered', answer: { flow: 'open' } });
    await house.moveClock(hours(2));
    await reads(flow, { flow: 'expired' });
  });
});
