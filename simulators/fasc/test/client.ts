import { createHash, createHmac, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { USUAL_CREDENTIALS, type FascCredentials } from '../src/index.ts';

export type Body = Record<string, unknown>;

export interface Answer {
  readonly status: number;
  readonly code: string;
  readonly msg: string;
  readonly data: Body;
}

/** Signs as the official SDKs do; written anew here so that the simulator is not measured with its own ruler. */
export function sign(parameters: Record<string, string>, timestamp: string, secret: string): string {
  const text = Object.keys(parameters).sort().map((name) => `${name}=${parameters[name]}`).join('&');
  const key = createHmac('sha256', secret).update(timestamp).digest();
  return createHmac('sha256', key).update(createHash('sha256').update(text).digest('hex')).digest('hex');
}

export interface Caller {
  readonly base: string;
  readonly credentials?: FascCredentials;
  token: string;
}

/** Calls the API; `changes` are headers spoilt before they are signed, `after` those spoilt afterwards. */
export async function call(caller: Caller, path: string, body?: unknown, { changes = {}, after = {} }: { readonly changes?: Record<string, string>; readonly after?: Record<string, string> } = {}): Promise<Answer> {
  const { appId, appSecret } = caller.credentials ?? USUAL_CREDENTIALS;
  const timestamp = changes['X-FASC-Timestamp'] ?? String(Date.now());
  const bizContent = body === undefined ? '' : JSON.stringify(body);
  const headers: Record<string, string> = {
    'X-FASC-App-Id': appId, 'X-FASC-Sign-Type': 'HMAC-SHA256', 'X-FASC-Nonce': randomBytes(16).toString('hex'), 'X-FASC-Timestamp': timestamp, 'X-FASC-Api-SubVersion': '5.1',
    ...(body === undefined ? { 'X-FASC-Grant-Type': 'client_credential' } : { 'X-FASC-AccessToken': caller.token }), ...changes,
  };
  const signature = sign({ ...headers, ...(body === undefined ? {} : { bizContent }) }, timestamp, appSecret);
  const response = await fetch(`${caller.base}/api/v5${path}`, { method: 'POST', headers: { ...headers, 'X-FASC-Sign': signature, ...after }, ...(body !== undefined && { body: new URLSearchParams({ bizContent }) }) });
  return { status: response.status, ...(await response.json() as Omit<Answer, 'status'>) };
}

/** Fetches a token and keeps it. */
export async function logIn(base: string): Promise<Caller> {
  const caller: Caller = { base, token: '' };
  caller.token = String((await call(caller, '/service/get-access-token')).data['accessToken']);
  return caller;
}

export const pdf = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n');

/** Brings a PDF to 法大大 and answers its fileId. */
export async function upload(caller: Caller): Promise<string> {
  const { data } = await call(caller, '/file/get-upload-url', { fileType: 'doc' });
  await fetch(String(data['uploadUrl']), { method: 'PUT', headers: { 'Content-Type': 'application/octet-stream' }, body: pdf });
  const processed = await call(caller, '/file/process', { fddFileUrlList: [{ fileType: 'doc', fddFileUrl: data['fddFileUrl'], fileName: '合同.pdf' }] });
  const [file] = processed.data['fileIdList'] as Body[];
  return String(file?.['fileId']);
}

/** A contract that a customer signs by hand and the platform's own company seals by itself. */
export function contract(fileId: string, orderId: string, { customer = '广东信隆商贸有限公司', ...more }: Body = {}): Body {
  const { openCorpId } = USUAL_CREDENTIALS;
  const field = (fieldId: string) => ({ fieldId, fieldName: fieldId, fieldType: 'corp_seal', position: { positionMode: 'pixel', positionPageNo: 1, positionX: '200', positionY: '300' } });
  const actor = (actorId: string, actorName: unknown, config: Body, details: Body) => ({
    actor: { actorId, actorType: 'corp', actorName, permissions: ['sign'], ...details }, signFields: [{ fieldDocId: 'contract', fieldId: actorId }], signConfigInfo: config,
  });
  return {
    initiator: { idType: 'corp', openId: openCorpId }, signTaskSubject: `购销合同 ${orderId}`, transReferenceId: orderId, businessId: 'free-sign', signInOrder: true,
    docs: [{ docId: 'contract', docName: '购销合同', docFileId: fileId, docFields: [field('buyer'), field('seller')] }],
    actors: [
      actor('buyer', customer, { orderNo: 1 }, { notifyAddress: '19900000001', notifyType: ['start'] }),
      actor('seller', '示范制造有限公司', { orderNo: 2, requestVerifyFree: true }, { actorOpenId: openCorpId }),
    ],
    ...more,
  };
}

export interface Heard {
  readonly event: string;
  readonly body: Body;
  readonly isSigned: boolean;
}

/** A receiver of callbacks that checks their signature; `answers` are those to the first calls, then `success`. */
export async function openMailbox(answers: (string | number)[] = []) {
  const received: Heard[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const bizContent = new URLSearchParams(Buffer.concat(chunks).toString('utf8')).get('bizContent') ?? '';
      const names = ['X-FASC-App-Id', 'X-FASC-Sign-Type', 'X-FASC-Timestamp', 'X-FASC-Nonce', 'X-FASC-Event'];
      const signed = Object.fromEntries(names.map((name) => [name, String(request.headers[name.toLowerCase()])]));
      const wanted = sign({ ...signed, bizContent }, String(signed['X-FASC-Timestamp']), USUAL_CREDENTIALS.appSecret);
      received.push({ event: String(signed['X-FASC-Event']), body: JSON.parse(bizContent) as Body, isSigned: request.headers['x-fasc-sign'] === wanted });
      const answer = answers.shift() ?? '{"msg":"success"}';
      response.statusCode = typeof answer === 'number' ? answer : 200;
      response.end(String(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    received,
    url: `http://127.0.0.1:${port}/fasc`,
    events: () => received.map(({ event }) => event),
    close: () => new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    }),
  };
}

/** Waits until something holds, three seconds at most. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 150; tries += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`still not so after 3 s: ${holds}`);
}
