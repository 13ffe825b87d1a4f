import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

/** How a partner that is broken, or is somebody else, may answer. */
export interface Garbage {
  readonly name: string;
  answer(response: ServerResponse): void;
}

const body = (name: string, text: string | Buffer, { status = 200, type = 'application/json' } = {}): Garbage => ({ name, answer: (response) => void response.writeHead(status, { 'content-type': type }).end(text) });
const ELSEWHERE = '/elsewhere';
const LARGE = Buffer.alloc(1024 * 1024, ' ');

/** Nothing of it is an answer to go by, whatever was asked. */
export const garbage: readonly Garbage[] = [
  body('nothing', ''),
  body('a page of a proxy', '<html><body>Please sign in to the guest network</body></html>', { type: 'text/html' }),
  body('half of an answer', '{"errcode":"0","code":0,"data":{"signFlowId":"F1","apiResultCode":"A10'),
  ...['null', '0', '"ok"', '[]', '{}', '[null]', 'true', '-1e999', '{"data":{}}'].map((text) => body(`the JSON ${text}`, text)),
  body('another kind of everything', '{"errcode":{},"errmsg":[],"code":[],"data":"no","records":"none","done":"no","apiResultCode":{},"apiResultData":7,"token":[]}'),
  body('a prototype', '{"__proto__":{"errcode":"0","code":"0","done":true},"constructor":{"prototype":{}}}'),
  body('100,000 brackets', `${'['.repeat(100_000)}${']'.repeat(100_000)}`),
  body('bytes', Buffer.from(Array.from({ length: 4_096 }, (_, index) => (index * 167) % 256)), { type: 'application/octet-stream' }),
  body('half of a character', Buffer.from([0x7b, 0x22, 0xe4, 0xb8])),
  body('XML with entities of its own', `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "${'x'.repeat(1_000)}"><!ENTITY b "${'&a;'.repeat(1_000)}">]><ufinterface roottag="return"><item succeed="0" dsc="&b;"/></ufinterface>`, { type: 'text/xml' }),
  body('half of an XML', '<ufinterface roottag="return"><item succeed="0" dsc=""', { type: 'text/xml' }),
  body('a fault of the server', '{}', { status: 500 }),
  body('a status of nobody', '{}', { status: 299 }),
  { name: 'no content', answer: (response) => void response.writeHead(204).end() },
  { name: 'a way to the credentials of the machine', answer: (response) => void response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data/iam' }).end('{}') },
  { name: 'a way to somebody else here', answer: (response) => void response.writeHead(302, { location: `http://localhost:${response.socket?.localPort ?? 0}${ELSEWHERE}` }).end() },
  { name: 'a way to itself', answer: (response) => void response.writeHead(307, { location: '/again' }).end() },
  { name: 'less than it said', answer: (response) => { response.writeHead(200, { 'content-length': '1000' }).write('{"code":0'); response.destroy(); } },
  { name: 'no HTTP', answer: ({ socket }) => void socket?.end('SSH-2.0-OpenSSH_9.9\r\n') },
  { name: 'a hang-up', answer: ({ socket }) => void socket?.destroy() },
  { name: 'headers without end', answer: ({ socket }) => void socket?.end(`HTTP/1.1 200 OK\r\n${Array.from({ length: 400 }, (_, index) => `x-${index}: ${'y'.repeat(100)}\r\n`).join('')}\r\n{}`) },
  { name: 'a hundred megabytes in a small parcel', answer: (response) => void response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'application/json' }).end(gzipSync(Buffer.alloc(100_000_000, ' '))) },
  { name: 'a body without end', answer: endless },
  { name: 'a byte now and then', answer: dripping },
  { name: 'silence', answer: () => {} },
];

function endless(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const more = (): void => { while (!response.destroyed && response.write(LARGE)); };
  response.on('drain', more);
  more();
}

function dripping(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const drip = setInterval(() => { response.write(' '); }, 20);
  response.once('close', () => { clearInterval(drip); });
}

/** What an adapter asks its partner, by name; each ends by itself or at the signal. */
export type Questions = Readonly<Record<string, (signal: AbortSignal) => Promise<unknown>>>;

export interface Broken {
  readonly partner: string;
  /** Opens the adapter at an address; `close` ends what it holds. */
  open(url: string): { readonly ask: Questions; close?(): void };
  /** Answers well what has to go well first, such as a token; null for all else. */
  letIn?(request: IncomingMessage, url: string): string | null;
}

const CAP_MS = 1_500;
/** Beyond the most that any adapter takes, and what lies in sockets: a body without end was cut off before. */
const MOST_SENT_BYTES = 80 * 1024 * 1024;
// 'fetch failed' is how fetch says that no answer came
const ACCIDENTS = ['TypeError', 'RangeError', 'ReferenceError', 'SyntaxError'];
/** All that garbage may come to: nobody knows, or surely nothing was done. */
const NOT_HEARD = ['unknown', 'unavailable'];

/** Has an adapter ask a partner that answers every kind of garbage: it is never taken for a yes or a no, nor for an accident of ours, and it costs bounded time and memory. */
export function bearsGarbage({ partner, open, letIn = () => null }: Broken): void {
  describe(`S27: ${partner}, answering garbage`, () => {
    it.each(garbage.map((one) => [one.name, one] as const))('with %s, is not believed', async (_name, { answer }) => {
      let [sent, strayed] = [0, 0];
      const server = createServer((request, response) => {
        const good = letIn(request, `http://${request.headers.host ?? ''}`);
        request.resume();
        if (request.url === ELSEWHERE || request.url === '/again') strayed += 1;
        if (good !== null) {
          response.writeHead(200, { 'content-type': 'application/json' }).end(good);
          return;
        }
        answer(response);
      });
      server.on('connection', (socket) => { socket.once('close', () => { sent = Math.max(sent, socket.bytesWritten); }); });
      await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
      const { ask, close } = open(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
      try {
        for (const [question, asking] of Object.entries(ask)) expect([question, await heard(asking)]).toEqual([question, 'nothing']);
      } finally {
        close?.();
        server.closeAllConnections();
        await new Promise((resolve) => { server.close(resolve); });
      }
      expect(sent).toBeLessThan(MOST_SENT_BYTES);
      expect(strayed).toBe(0);
    });
  });
}

/** 'nothing' where the garbage was not believed; else what was made of it. */
async function heard(asking: (signal: AbortSignal) => Promise<unknown>): Promise<unknown> {
  const signal = AbortSignal.timeout(CAP_MS);
  try {
    const said = await Promise.race([asking(signal), late()]);
    if (said === undefined || said === false) return 'nothing';
    return typeof said === 'object' && said !== null && 'type' in said && NOT_HEARD.includes(String(said.type)) ? 'nothing' : said;
  } catch (error) {
    return error instanceof Error && ACCIDENTS.includes(error.name) && error.message !== 'fetch failed' ? error : 'nothing';
  }
}

/** An adapter that does not end at its signal is one that garbage can hold for ever. */
async function late(): Promise<string> {
  await new Promise((resolve) => { setTimeout(resolve, 10 * CAP_MS).unref(); });
  return 'still asking after its time was over';
}
