import axios from 'axios';
import type { Env } from '@order-mesh/platform';
import { callbackSignature, startEsign, USUAL_CREDENTIALS as ESIGN, type EsignSimulator } from '@order-mesh/esign-simulator';
import { callbackHeaders, startFasc, USUAL_CREDENTIALS as FASC, type FascSimulator } from '@order-mesh/fasc-simulator';
import type { FaultRule } from '@order-mesh/simulator';
import { esign } from '../src/outbound/esign/esign.ts';
import { fasc } from '../src/outbound/fasc/fasc.ts';
import type { ESignProvider } from '../src/outbound/provider.ts';

/** A contract as the provider would swear to it. */
export interface Flow {
  readonly id: string;
  readonly externalRef: string;
  readonly status: 'draft' | 'open' | 'signed' | 'refused' | 'revoked' | 'expired' | 'void';
  readonly live: boolean;
}

/** A callback ready to be sent. */
export interface Letter {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A provider with its people, and what is needed to disturb it in its own words. */
export interface House {
  readonly provider: ESignProvider;
  /** What the whole service is told to work with it. */
  readonly env: (callbackUrl: string) => Env;
  /** Its contracts whose number begins with HT- and this; those by which others are taken back left out. */
  readonly flows: (prefix: string) => Promise<readonly Flow[]>;
  readonly change: (settings: { readonly signDelayMs?: number; readonly refuse?: readonly string[]; readonly silent?: readonly string[] }) => void;
  readonly faults: EsignSimulator['faults'];
  /** Makes it later, in the provider's house and for whoever calls it. */
  readonly moveClock: (byMs: number) => Promise<unknown>;
  /** Parts of its calls, to match faults with. */
  readonly calls: Readonly<Record<'upload' | 'draft' | 'start' | 'read' | 'revoke' | 'rescind' | 'link' | 'file', string>>;
  /** A "no" about the business, and its code. */
  readonly no: { readonly code: string; readonly rule: FaultRule };
  /** Turns a call away at the gate. */
  readonly turnedAway: FaultRule;
  /** A link to a signed file at a place that is not the provider's. */
  readonly linkElsewhere: FaultRule;
  /** A callback that says that the flow has ended, as the provider would sign it at that time. */
  readonly letter: (letter: { readonly flow: string; readonly callbackUrl: string; readonly at?: number; readonly secret?: string }) => Letter;
  /** Status with which an old callback is answered. */
  readonly oldIs: number;
  readonly taken: object;
  /** Where calls need a token. */
  readonly tokens?: { readonly expire: () => void; readonly issued: () => Promise<number> };
  close(): Promise<void>;
}

const CALLBACK_URL = 'http://127.0.0.1:9/never';
const SELLER = '示范制造有限公司';
const STATUS = new Map<string, Flow['status']>([
  ['草稿', 'draft'], ['签署中', 'open'], ['完成', 'signed'], ['撤销', 'revoked'], ['过期', 'expired'], ['拒签', 'refused'],
  ['task_created', 'draft'], ['sign_progress', 'open'], ['task_finished', 'signed'], ['abolishing', 'signed'], ['revoked', 'void'], ['task_canceled', 'revoked'],
  ['task_terminated', 'refused'], ['expired', 'expired'],
]);

interface Entry {
  readonly id: string;
  readonly externalRef: string;
  readonly statusText: string;
  readonly live: boolean;
  readonly rescinds?: string;
}

async function ledgerOf(url: string): Promise<{ readonly flows: readonly Entry[]; readonly tokensIssued?: number }> {
  return (await axios.get(`${url}/_sim/ledger`)).data;
}

const moveClock = (url: string, advanceMs: number) => axios.post(`${url}/_sim/clock`, { advanceMs });

async function flowsOf(url: string, prefix: string): Promise<readonly Flow[]> {
  const { flows } = await ledgerOf(url);
  return flows.filter(({ externalRef, rescinds }) => externalRef.startsWith(`HT-${prefix}`) && rescinds === undefined).map(({ id, externalRef, statusText, live }) => {
    const status = STATUS.get(statusText);
    if (!status) throw new Error(`unknown status ${statusText}`);
    return { id, externalRef, status, live };
  });
}

async function openEsign(): Promise<House> {
  const simulator: EsignSimulator = await startEsign({ port: 0, sample: { customers: [] }, settings: { signDelayMs: 50 }, callbackRetryMs: [100, 200] });
  const { url } = simulator;
  return {
    provider: esign({ url, ...ESIGN, fileHosts: [], callbackUrl: CALLBACK_URL }, simulator.clock),
    env: (callbackUrl) => ({ ESIGN_PROVIDER: 'esign', ESIGN_URL: url, CONTRACT_CALLBACK_URL: callbackUrl }),
    flows: (prefix) => flowsOf(url, prefix), change: simulator.change, faults: simulator.faults, moveClock: (byMs) => moveClock(url, byMs), close: simulator.close,
    calls: {
      upload: 'PUT /upload', draft: 'POST /v3/sign-flow/create-by-file', start: '/start', read: '/detail', revoke: '/revoke', rescind: '/initiate-rescission', link: '/file-download-url', file: 'GET /download',
    },
    no: { code: '1435002', rule: { body: { code: 1_435_002, message: '参数错误', data: null } } },
    turnedAway: { status: 401, body: { code: 401, message: 'INVALID_SIGNATURE', data: null } },
    linkElsewhere: { match: '/file-download-url', body: { code: 0, message: '成功', data: { files: [{ downloadUrl: 'http://169.254.169.254/latest' }] } } },
    letter({ flow, callbackUrl, at = Date.now(), secret = ESIGN.appSecret }) {
      const body = JSON.stringify({ action: 'SIGN_FLOW_COMPLETE', signFlowId: flow, signFlowStatus: '2' });
      const signature = callbackSignature(secret, { timestamp: String(at), notifyUrl: callbackUrl, body });
      return { body, headers: { 'Content-Type': 'application/json; charset=UTF-8', 'X-Tsign-Open-Timestamp': String(at), 'X-Tsign-Open-Signature': signature } };
    },
    oldIs: 401, taken: { code: '200', msg: 'success' },
  };
}

async function openFasc(): Promise<House> {
  const simulator: FascSimulator = await startFasc({ port: 0, sample: { customers: [] }, settings: { signDelayMs: 50, callbackScale: 0.000_5 } });
  const { url } = simulator;
  return {
    provider: fasc({ url, ...FASC, freeSignBusinessId: 'free', callsPerSecond: 20, seller: SELLER, fileHosts: [], callbackUrl: CALLBACK_URL }, simulator.clock),
    // The real one's limit would only make the faults wait
    env: (callbackUrl) => ({ ESIGN_PROVIDER: 'fasc', FASC_URL: url, FASC_CALLS_PER_SECOND: '200', CONTRACT_CALLBACK_URL: callbackUrl }),
    flows: (prefix) => flowsOf(url, prefix), change: simulator.change, faults: simulator.faults, moveClock: (byMs) => moveClock(url, byMs), close: simulator.close,
    calls: {
      upload: 'PUT /upload', draft: '/sign-task/create', start: '/sign-task/start', read: '/sign-task/get-detail', revoke: '/sign-task/cancel', rescind: '/sign-task/abolish', link: '/get-download-url', file: 'GET /download',
    },
    no: { code: '211058', rule: { body: { code: '211058', msg: '签署任务数可用量不足', data: null } } },
    turnedAway: { body: { code: '100016', msg: 'IP地址不在白名单', data: null, success: false } },
    linkElsewhere: { match: '/get-download-url', body: { code: '100000', msg: '请求成功', data: { downloadUrl: 'http://169.254.169.254/latest' } } },
    letter({ flow, at = Date.now(), secret = FASC.appSecret }) {
      const bizContent = JSON.stringify({ eventTime: String(at), signTaskId: flow, signTaskStatus: 'task_finished' });
      const headers = callbackHeaders({ ...FASC, appSecret: secret }, { event: 'sign-task-finished', bizContent, timestamp: String(at) });
      return { body: new URLSearchParams({ bizContent }).toString(), headers };
    },
    oldIs: 200, taken: { msg: 'success' },
    tokens: { expire: simulator.expireToken, issued: async () => (await ledgerOf(url)).tokensIssued ?? 0 },
  };
}

/** Every signing provider there is: whatever is promised of one is tested with all. */
export const houses: readonly (readonly [name: string, open: () => Promise<House>])[] = [['e签宝', openEsign], ['法大大', openFasc]];
