import { createHmac } from 'node:crypto';
import { minutes } from '@order-mesh/kernel';
import { fascSignature } from '../../outbound/fasc/signature.ts';
import type { CallbackProtocol, CallbackRequest } from './callback.ts';
import { esignCallbacks } from './esign.ts';
import { fascCallbacks } from './fasc.ts';
import { seenCallbacks } from './seen.ts';

const NOW = 1_767_225_600_000;

/** A callback as a provider sends it, and how it is spoilt on the way. */
interface Sent {
  readonly flow?: string;
  readonly at?: number;
  readonly secret?: string;
  /** What happened, in the provider's words; the end of the flow if not named. */
  readonly what?: Readonly<Record<string, unknown>> | string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly spoil?: (body: string) => string;
}

interface House {
  readonly protocol: CallbackProtocol;
  readonly send: (sent?: Sent) => CallbackRequest;
  readonly late: 'not-believed' | 'too-late';
  readonly besideThePoint: readonly NonNullable<Sent['what']>[];
  readonly success: RegExp;
}

const request = (headers: Readonly<Record<string, string>>, query: string, body: string): CallbackRequest => ({
  header: (name) => Object.entries(headers).find(([known]) => known.toLowerCase() === name)?.[1] ?? '', query, body: Buffer.from(body),
});

function esignRequest({ flow = 'F1', at = NOW, secret = 'demo', what = { action: 'SIGN_FLOW_COMPLETE', signFlowStatus: '2' }, headers = {}, query = 'b=2&a=1', spoil = (body) => body }: Sent = {}): CallbackRequest {
  const body = JSON.stringify(typeof what === 'string' ? what : { signFlowId: flow, ...what });
  const signature = createHmac('sha256', secret).update(`${at}12${body}`).digest('hex');
  return request({ 'X-Tsign-Open-Timestamp': String(at), 'X-Tsign-Open-Signature': signature, ...headers }, query, spoil(body));
}

function fascRequest({ flow = 'F1', at = NOW, secret = 'demo', what = { event: 'sign-task-finished', signTaskStatus: 'task_finished' }, headers = {}, spoil = (body) => body }: Sent = {}): CallbackRequest {
  const { event = 'sign-task-finished', ...content } = typeof what === 'string' ? {} : what;
  const bizContent = JSON.stringify(typeof what === 'string' ? what : { eventTime: String(at), signTaskId: flow, ...content });
  const signed = { 'X-FASC-App-Id': 'app', 'X-FASC-Sign-Type': 'HMAC-SHA256', 'X-FASC-Timestamp': String(at), 'X-FASC-Nonce': `n${at}`, 'X-FASC-Event': String(event) };
  return request({ ...signed, 'X-FASC-Sign': fascSignature({ ...signed, bizContent }, String(at), secret), ...headers }, '', spoil(new URLSearchParams({ bizContent }).toString()));
}

const houses: readonly (readonly [string, House])[] = [
  ['e签宝', {
    protocol: esignCallbacks({ appSecret: 'demo', appSecretBefore: 'demo-before' }), send: esignRequest, late: 'not-believed', success: /"msg":"success"/,
    besideThePoint: [{ action: 'SIGN_MISSON_COMPLETE' }, { action: 'SIGN_FLOW_COMPLETE', signFlowId: undefined }, 'hello'],
  }],
  ['法大大', {
    protocol: fascCallbacks({ appId: 'app', appSecret: 'demo', appSecretBefore: 'demo-before' }), send: fascRequest, late: 'too-late', success: /success/,
    besideThePoint: [{ event: 'sign-task-start' }, { event: 'sign-task-signed', signTaskStatus: 'sign_progress' }, { event: 'sign-task-finished', signTaskId: undefined }, 'hello'],
  }],
];

describe.each(houses)('S11: a callback of %s', (_name, { protocol, send, late, besideThePoint, success }) => {
  it('says which flow moved, and is not asked how', () => {
    expect(protocol.read(send(), NOW)).toMatchObject({ type: 'flow-moved', heard: { signFlowId: 'F1' } });
    expect(JSON.stringify(protocol.taken)).toMatch(success);
  });

  it('is not believed when one byte, its stamp or its signature was changed', () => {
    const bad = [
      send({ spoil: (body) => body.replace('F1', 'F2') }),
      send({ spoil: (body) => body.slice(0, body.length / 2) }),
      send({ spoil: () => '' }),
      send({ headers: { 'X-Tsign-Open-Timestamp': String(NOW + 1), 'X-FASC-Timestamp': String(NOW + 1) } }),
      send({ headers: { 'X-Tsign-Open-Signature': '', 'X-FASC-Sign': '' } }),
      send({ headers: { 'X-Tsign-Open-Signature': '00'.repeat(32), 'X-FASC-Sign': '00'.repeat(32) } }),
      send({ secret: 'guessed' }),
      send({ secret: '' }),
    ];
    for (const one of bad) expect(protocol.read(one, NOW)).toEqual({ type: 'not-believed', why: 'its signature does not fit' });
    expect(JSON.stringify(protocol.notTaken('its signature does not fit'))).not.toMatch(/success/);
  });

  it('is believed under two secrets while one is exchanged for the other, and under the old one no longer once it is struck out', () => {
    for (const secret of ['demo', 'demo-before']) expect(protocol.read(send({ secret }), NOW).type).toBe('flow-moved');
    for (const one of [esignCallbacks({ appSecret: 'demo', appSecretBefore: '' }).read(esignRequest({ secret: 'demo-before' }), NOW), fascCallbacks({ appId: 'app', appSecret: 'demo' }).read(fascRequest({ secret: '' }), NOW)]) {
      expect(one).toEqual({ type: 'not-believed', why: 'its signature does not fit' });
    }
  });

  it('has no effect when it is older than five minutes, or from the future', () => {
    for (const at of [NOW - minutes(5) - 1, NOW + minutes(5) + 1]) expect(protocol.read(send({ at }), NOW).type).toBe(late);
    expect(protocol.read(send({ at: NOW - minutes(5) }), NOW).type).toBe('flow-moved');
    expect(protocol.read(send({ headers: { 'X-Tsign-Open-Timestamp': 'soon', 'X-FASC-Timestamp': 'soon' } }), NOW).type).toBe('not-believed');
  });

  it('is beside the point when it ends no flow, or is no notice at all', () => {
    for (const what of besideThePoint) expect(protocol.read(send({ what }), NOW)).toEqual({ type: 'beside-the-point' });
  });

  it('has another proof each time it is stamped anew, and the same when it is replayed', () => {
    const [first, again, other] = [send(), send(), send({ at: NOW + 1 })].map((one) => protocol.read(one, NOW));
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    const spelt = (change: (signature: string) => string): CallbackRequest => ({ ...send(), header: (name) => (name.endsWith('signature') || name.endsWith('fasc-sign') ? change(send().header(name)) : send().header(name)) });
    expect([first, { type: 'not-believed', why: 'its signature does not fit' }]).toContainEqual(protocol.read(spelt((signature) => signature.toUpperCase()), NOW));
    expect(protocol.read(spelt((signature) => `${signature}zz`), NOW).type).toBe('not-believed');
  });
});

describe('the callbacks of e签宝', () => {
  it('are signed with the values of the query, too', () => {
    expect(esignCallbacks({ appSecret: 'demo' }).read(esignRequest({ query: 'a=1&b=3' }), NOW)).toEqual({ type: 'not-believed', why: 'its signature does not fit' });
  });
});

describe('the callbacks of 法大大', () => {
  const { read } = fascCallbacks({ appId: 'app', appSecret: 'demo' });

  it('tell the end of some tasks in sign-task-signed alone', () => {
    expect(read(fascRequest({ what: { event: 'sign-task-signed', signTaskStatus: 'task_finished' } }), NOW)).toMatchObject({ type: 'flow-moved', heard: { signFlowId: 'F1' } });
  });

  it.each(['sign-task-sign-rejected', 'sign-task-canceled', 'sign-task-expire', 'sign-task-abolish'])('tell of %s', (event) => {
    expect(read(fascRequest({ what: { event } }), NOW).type).toBe('flow-moved');
  });

  it('are not believed with another event or for another application', () => {
    for (const [name, value] of [['X-FASC-Event', 'sign-task-canceled'], ['X-FASC-App-Id', 'other']] as const) expect(read(fascRequest({ headers: { [name]: value } }), NOW).type).toBe('not-believed');
  });
});

describe('the callbacks seen lately', () => {
  it('are known for ten minutes, 50,000 of them at most', () => {
    const seen = seenCallbacks();
    seen.note('a', NOW);
    expect([seen.has('a', NOW + minutes(9)), seen.has('b', NOW), seen.has('a', NOW + minutes(10))]).toEqual([true, false, false]);
    for (let count = 0; count <= 50_000; count += 1) seen.note(`c${count}`, NOW);
    expect([seen.has('c0', NOW), seen.has('c1', NOW), seen.has('c50000', NOW)]).toEqual([false, true, true]);
  });
});
