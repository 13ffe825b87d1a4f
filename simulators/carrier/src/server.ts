import { randomUUID } from 'node:crypto';
import type { Express, NextFunction, Request, Response } from 'express';
import { openClock, openJournal, startSimulator, type Simulator } from '@order-mesh/simulator';
import { ledgerOf, openBook, type Entry } from './book.ts';
import { msgDigest, USUAL_CREDENTIALS, type CarrierCredentials } from './digest.ts';
import { SERVICES, type Json, type Office, type Result } from './services.ts';
import { USUAL_SETTINGS, type CarrierSettings } from './shipment.ts';

/** What can be chosen about the carrier simulator; everything but the port has a usual value. */
export interface CarrierOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** The address of this machine to listen on; 127.0.0.1 if not named. */
  readonly address?: string | undefined;
  /** Where its memory is kept between starts; without it, it forgets. */
  readonly stateDir?: string | undefined;
  readonly credentials?: CarrierCredentials;
  readonly settings?: Partial<CarrierSettings>;
  readonly now?: () => number;
}

/** A running carrier; `change` sets how it works from now on. */
export interface CarrierSimulator extends Simulator {
  change(settings: Partial<CarrierSettings>): void;
}

/** Starts the carrier's open platform (SF 丰桥). Throws PORT_TAKEN when someone else listens there. */
export async function startCarrier(options: CarrierOptions): Promise<CarrierSimulator> {
  const { port, address, stateDir, credentials = USUAL_CREDENTIALS } = options;
  const clock = openClock({ name: 'carrier', stateDir, runsBy: options.now });
  const current = { settings: { ...USUAL_SETTINGS, ...options.settings } };
  const change = (settings: Partial<CarrierSettings>) => void (current.settings = { ...current.settings, ...settings });
  const book = openBook();
  const journal = openJournal<Entry>({ name: 'carrier', stateDir, apply: book.apply });
  const office: Office = { book, journal, settings: () => current.settings, now: clock.now };
  const simulator = await startSimulator({
    name: 'carrier', port, address, portSetting: 'CARRIER_PORT', clock, ledger: () => ledgerOf(book), onClose: journal.close,
    routes: (app) => addRoutes(app, { office, credentials, change }),
  });
  return { ...simulator, change };
}

interface Counter {
  readonly office: Office;
  readonly credentials: CarrierCredentials;
  readonly change: (settings: Partial<CarrierSettings>) => void;
}

function addRoutes(app: Express, counter: Counter): void {
  app.post('/std/service', (request, response) => void response.json(answer(counter, formIn(request.body))));
  app.post('/_sim/settings', (request, response) => {
    if (!isSettings(request.body)) return void response.status(400).json({ error: `settings are an object with some of ${Object.keys(USUAL_SETTINGS).join(', ')}` });
    counter.change(request.body);
    response.json(counter.office.settings());
  });
  app.use((_request: Request, response: Response) => void response.status(404).json(envelope('A1004', '无对应服务权限')));
  app.use((_error: unknown, _request: Request, response: Response, _next: NextFunction) => void response.json(envelope('A1001', '请求报文不正确')));
}

const NEEDED = ['partnerID', 'requestID', 'serviceCode', 'timestamp', 'msgData', 'msgDigest'] as const;
const CLOCK_SLACK_MS = 30 * 60_000;

function answer({ office, credentials }: Counter, form: ReadonlyMap<string, string>): Json {
  const missing = NEEDED.find((field) => !form.get(field));
  if (missing) return envelope('A1001', `必传参数不可为空: ${missing}`);
  const [partnerId, , serviceCode = '', timestamp = '', msgData = '', digest] = NEEDED.map((field) => form.get(field));
  if (partnerId !== credentials.partnerId || digest !== msgDigest(msgData, timestamp, credentials.checkword)) return envelope('A1006', '数字签名无效');
  if (!(Math.abs(office.now() - milliseconds(timestamp)) <= CLOCK_SLACK_MS)) return envelope('A1002', '请求时效已过期');
  const service = SERVICES.get(serviceCode);
  if (!service) return envelope('A1004', '无对应服务权限');
  const message = messageIn(msgData);
  return message ? envelope('A1000', '', service(office, message)) : envelope('A1001', 'msgData不是正确的JSON');
}

function envelope(apiResultCode: string, apiErrorMsg: string, result?: Result): Json {
  return { apiErrorMsg, apiResponseID: randomUUID().replaceAll('-', '').toUpperCase(), apiResultCode, apiResultData: result ? JSON.stringify(result) : null };
}

// Some callers count seconds, some milliseconds; both are taken
function milliseconds(timestamp: string): number {
  const count = Number(timestamp);
  return count < 100_000_000_000 ? count * 1_000 : count;
}

function messageIn(msgData: string): Json | undefined {
  try {
    const message: unknown = JSON.parse(msgData);
    return typeof message === 'object' && message !== null ? Object.fromEntries(Object.entries(message)) : undefined;
  } catch {
    return undefined;
  }
}

function formIn(body: unknown): ReadonlyMap<string, string> {
  const fields: [string, unknown][] = typeof body === 'object' && body !== null ? Object.entries(body) : [];
  return new Map(fields.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])));
}

function isSettings(wanted: unknown): wanted is Partial<CarrierSettings> {
  if (typeof wanted !== 'object' || wanted === null) return false;
  return Object.entries(wanted).every(([name, value]) => {
    if (name === 'unservedRegions') return Array.isArray(value) && value.every((region) => typeof region === 'string' && region !== '');
    return Object.hasOwn(USUAL_SETTINGS, name) && typeof value === 'number' && value >= 0;
  });
}
