import { createHash, createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { USUAL_CREDENTIALS } from '../src/index.ts';

export type Body = Record<string, unknown>;

export interface Answer {
  readonly status: number;
  readonly code: number;
  readonly message: string;
  readonly data: Body;
}

/** Signs and calls (`line` is "POST /v3/…") as the official demo does; `changes` spoil the headers. */
export async function call(base: string, line: string, body?: unknown, changes: Record<string, string> = {}): Promise<Answer> {
  const [method = '', path = ''] = line.split(' ');
  const { appId, appSecret } = USUAL_CREDENTIALS;
  const text = body === undefined ? '' : JSON.stringify(body);
  const contentMd5 = text === '' ? '' : createHash('md5').update(text).digest('base64');
  const contentType = 'application/json; charset=UTF-8';
  const signature = createHmac('sha256', appSecret).update(`${method}\n*/*\n${contentMd5}\n${contentType}\n\n${path}`).digest('base64');
  const headers = {
    'X-Tsign-Open-App-Id': appId, 'X-Tsign-Open-Ca-Timestamp': String(Date.now()), 'X-Tsign-Open-Auth-Mode': 'Signature', Accept: '*/*',
    'Content-Type': contentType, 'Content-MD5': contentMd5, 'X-Tsign-Open-Ca-Signature': signature, ...changes,
  };
  const response = await fetch(`${base}${path}`, { method, headers, ...(text !== '' && { body: text }) });
  return { status: response.status, ...(await response.json() as Omit<Answer, 'status'>) };
}

export const pdf = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n');

/** Brings a PDF to e签宝 and answers its fileId. */
export async function upload(base: string): Promise<string> {
  const contentMd5 = createHash('md5').update(pdf).digest('base64');
  const { data } = await call(base, 'POST /v3/files/file-upload-url', { contentMd5, contentType: 'application/pdf', fileName: '合同.pdf', fileSize: pdf.length, convertToPDF: false });
  await fetch(String(data['fileUploadUrl']), { method: 'PUT', headers: { 'Content-MD5': contentMd5, 'Content-Type': 'application/pdf' }, body: pdf });
  return String(data['fileId']);
}

/** A contract between the platform, which seals by itself, and a customer who signs by hand. */
export function contract(fileId: string, orderId: string, { notifyUrl, customer = '广东信隆商贸有限公司', ...config }: Body = {}): Body {
  const field = { fileId, customBizNum: orderId, normalSignFieldConfig: { signFieldStyle: 1, signFieldPosition: { positionPage: '1', positionX: 100, positionY: 100 } } };
  return {
    docs: [{ fileId, fileName: '合同.pdf' }],
    signFlowConfig: { signFlowTitle: `销售合同 ${orderId}`, autoFinish: true, ...(notifyUrl ? { notifyUrl } : {}), ...config },
    signers: [
      { signerType: 1, signConfig: { signOrder: 1 }, signFields: [{ ...field, normalSignFieldConfig: { ...field.normalSignFieldConfig, autoSign: true } }] },
      { signerType: 1, signConfig: { signOrder: 2 }, orgSignerInfo: { orgName: customer, transactorInfo: { psnAccount: '19900000001', psnInfo: { psnName: '张静' } } }, signFields: [field] },
    ],
  };
}

/** A receiver of callbacks that checks their signature; `answers` are the statuses of the first calls, then 200. */
export async function openMailbox(answers: number[] = []) {
  const received: { readonly action: string; readonly body: Body; readonly isSigned: boolean }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks).toString('utf8');
      const url = new URL(request.url ?? '/', 'http://localhost');
      const values = [...url.searchParams].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, value]) => value).join('');
      const wanted = createHmac('sha256', USUAL_CREDENTIALS.appSecret).update(`${request.headers['x-tsign-open-timestamp']}${values}${raw}`).digest('hex');
      const body = JSON.parse(raw) as Body;
      received.push({ action: String(body['action']), body, isSigned: request.headers['x-tsign-open-signature'] === wanted });
      response.statusCode = answers.shift() ?? 200;
      response.end('success');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    received,
    url: `http://127.0.0.1:${port}/esign?tenant=t1&book=1`,
    actions: () => received.map(({ action }) => action),
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
