import type { Express, NextFunction, Request, Response } from 'express';
import { loadSample, openClock, openJournal, startSimulator, type Journal, type Sample, type Simulator } from '@order-mesh/simulator';
import { openAccess, USUAL_CREDENTIALS, type Access, type U8Credentials } from './access.ts';
import { ERRORS, isRefusal, refusalAnswer, refuse, textFields, type Fields, type Refusal } from './answers.ts';
import { openBooks, openingReceivables, type Books } from './books.ts';
import { dayOf } from './calendar.ts';
import { callFor, openCalls, type Call, type Calls, type Entry } from './calls.ts';
import type { DocumentKind } from './documents.ts';
import { addEai } from './eai/routes.ts';
import { ledgerOf } from './ledger.ts';
import { READS } from './reads.ts';
import { changedSettings, USUAL_SETTINGS, type U8Settings } from './settings.ts';
import type { Write } from './writes.ts';

/** What can be chosen about the U8 simulator; everything but the port has a usual value. */
export interface U8Options {
  /** 0 takes any free port. */
  readonly port: number;
  /** The address of this machine to listen on; 127.0.0.1 if not named. */
  readonly address?: string | undefined;
  /** Where its memory is kept between starts; without it, it forgets. */
  readonly stateDir?: string | undefined;
  readonly sample?: Sample;
  readonly credentials?: Partial<U8Credentials>;
  /** The ds_sequence numbers there are books for; the first is the one without ds_sequence. */
  readonly ledgers?: readonly [string, ...string[]];
  /** The systems registered for EAI, and the ledger each is bound to; "001" and the first ledger if not named. */
  readonly senders?: Readonly<Record<string, string>>;
  readonly tokenLifetimeSeconds?: number;
  readonly settings?: Partial<U8Settings>;
  readonly now?: () => number;
}

/** A running U8; `change` sets how it behaves from now on, `revokeTokens` makes every caller ask for a new token. */
export interface U8Simulator extends Simulator {
  change(settings: Partial<U8Settings>): void;
  revokeTokens(): void;
}

interface Office {
  readonly access: Access;
  readonly calls: Calls;
  readonly books: ReadonlyMap<string, Books>;
  readonly usualLedger: string;
  readonly senders: Readonly<Record<string, string>>;
  readonly now: () => number;
  settings: U8Settings;
}

/** Starts U8, OpenAPI and EAI over the same books. Throws PORT_TAKEN when someone else listens there. */
export async function startU8(options: U8Options): Promise<U8Simulator> {
  const { port, address, stateDir, ledgers = ['1'] } = options;
  const clock = openClock({ name: 'u8', stateDir, runsBy: options.now });
  const sample = options.sample ?? loadSample();
  const today = dayOf(clock.now());
  const books = new Map(ledgers.map((ledger) => [ledger, openBooks(ledger, sample, today)]));
  const calls = openCalls({ books, journal: () => journal, settings: () => office.settings, clock });
  const access = openAccess({ ...USUAL_CREDENTIALS, ...options.credentials }, options.tokenLifetimeSeconds ?? 7_200, clock.now);
  const { senders = { [USUAL_SENDER]: ledgers[0] } } = options;
  const office: Office = { access, calls, books, senders, usualLedger: ledgers[0], now: clock.now, settings: { ...USUAL_SETTINGS, ...options.settings } };
  const journal: Journal<Entry> = openJournal<Entry>({ name: 'u8', stateDir, apply: calls.apply });
  for (const book of books.values()) {
    if (book.documents.count === 0) journal.record({ type: 'opened', ledger: book.ledger, documents: openingReceivables(book, sample, today) });
  }
  const close = () => {
    calls.stop();
    journal.close();
  };
  const simulator = await startSimulator({
    name: 'u8', port, address, portSetting: 'U8_PORT', clock, ledger: () => ledgerOf(books.values()), routes: (app) => addRoutes(app, office), onClose: close,
  });
  calls.resume();
  return { ...simulator, change: (settings) => void (office.settings = { ...office.settings, ...settings }), revokeTokens: access.revokeTokens };
}

/** The EAI sender that is registered when none is named. */
export const USUAL_SENDER = '001';

function addRoutes(app: Express, office: Office): void {
  addEai(app, office);
  app.get('/system/token', (request, response) => {
    const token = office.access.token(textFields(request.query));
    if (isRefusal(token)) return void response.json(refusalAnswer(token));
    const appKey = request.query['app_key'];
    // Callers disagree about the spelling, so both are there
    response.json({ errcode: ERRORS.ok, errmsg: '', token: { appkey: appKey, appKey, ...token } });
  });
  app.get('/system/tradeid', (request, response) => {
    const id = office.access.tradeid(textFields(request.query));
    response.json(isRefusal(id) ? refusalAnswer(id) : { errcode: ERRORS.ok, errmsg: '', trade: { id } });
  });
  app.get('/result', (request, response) => void response.json(office.calls.result(String(request.query['requestid'] ?? ''))));
  app.get('/api/:resource/:verb', (request, response) => void response.json(read(office, request)));
  app.post('/api/:resource/:verb', (request, response) => void response.json(write(office, request)));
  app.post('/_sim/settings', (request, response) => changeSettings(office, request, response));
  app.use((_request: Request, response: Response) => void response.status(404).json(refusalAnswer(refuse('unknownCall', '接口不存在'))));
  app.use((_error: unknown, _request: Request, response: Response, _next: NextFunction) => (
    void response.json(refusalAnswer(refuse('badCall', '请求内容不是正确的JSON')))));
}

function read(office: Office, request: Request): unknown {
  const query = textFields(request.query);
  const books = admitted(office, query);
  if (isRefusal(books)) return refusalAnswer(books);
  const answer = READS[`${request.params['resource']}/${request.params['verb']}`];
  return answer ? answer(books, query, { settings: office.settings, today: dayOf(office.now()) }) : refusalAnswer(refuse('unknownCall', '接口不存在'));
}

function write(office: Office, request: Request): unknown {
  const query = textFields(request.query);
  const call = callIn(office, request, query);
  if (isRefusal(call)) return refusalAnswer(call);
  if (query['sync'] !== '0') return office.calls.perform(call);
  const queued = office.calls.queue(call);
  if (isRefusal(queued)) return refusalAnswer(queued);
  return { errcode: ERRORS.ok, errmsg: '', url: `http://${request.headers.host}/result?requestid=${queued}` };
}

function callIn(office: Office, request: Request, query: Fields): Call | Refusal {
  const books = admitted(office, query);
  if (isRefusal(books)) return books;
  const wanted = writeIn(request, query['biz_id']);
  if (isRefusal(wanted)) return wanted;
  const refusal = wrongNumbers(office, query);
  return refusal ?? callFor(wanted, { ledger: books.ledger, by: query['app_key'] ?? '', tradeid: query['tradeid'] });
}

function admitted(office: Office, query: Fields): Books | Refusal {
  const refusal = office.access.check(query, office.settings.callsPerSecond);
  if (refusal) return refusal;
  const ledger = query['ds_sequence'] ?? office.usualLedger;
  return office.books.get(ledger) ?? refuse('badCall', `ds_sequence[${ledger}]不存在`);
}

const VERBS: Readonly<Record<DocumentKind, readonly string[]>> = {
  saleorder: ['add', 'verify', 'unverify', 'close', 'open', 'abandon'],
  oughtreceive: ['add', 'verify', 'unverify', 'abandon'],
  accept: ['add', 'verify', 'unverify', 'abandon'],
};

function writeIn(request: Request, bizId: string | undefined): Write | Refusal {
  const { resource, verb } = request.params;
  const kind = resource === 'saleorder' || resource === 'oughtreceive' || resource === 'accept' ? resource : undefined;
  if (!kind || typeof verb !== 'string' || !VERBS[kind].includes(verb)) return refuse('unknownCall', '接口不存在');
  return { kind, verb, body: request.body, ...(bizId && { bizId }) };
}

function wrongNumbers(office: Office, { biz_id: bizId, tradeid }: Fields): Refusal | undefined {
  if ((bizId === undefined) === (tradeid === undefined)) return refuse('badCall', 'tradeid与biz_id必须且只能传一个');
  return tradeid === undefined ? undefined : office.access.useTradeid(tradeid);
}

function changeSettings(office: Office, request: Request, response: Response): void {
  const settings = changedSettings(office.settings, request.body);
  if (typeof settings === 'string') return void response.status(400).json({ error: settings });
  office.settings = settings;
  response.json(settings);
}
