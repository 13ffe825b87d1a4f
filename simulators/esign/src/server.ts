import type { Express, NextFunction, Request, RequestHandler, Response } from 'express';
import {
  hirePostman, loadSample, objectIn, openCabinet, openClock, openJournal, rawBodyOf, startSimulator, type Faults, type Json, type Postman, type Sample, type Simulator,
} from '@order-mesh/simulator';
import { openDesk, type Desk, type EsignSettings } from './desk.ts';
import { isProblem, type Problem } from './flow.ts';
import * as house from './house.ts';
import { emptyMemory, type Entry, type Letter } from './memory.ts';
import { behaviours } from './people.ts';
import { callbackHeaders, signatureProblem, USUAL_CREDENTIALS, type EsignCredentials } from './signature.ts';
import { ledgerOf } from './views.ts';

/** What can be chosen about the e签宝 simulator; everything but the port has a usual value. */
export interface EsignOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** The address of this machine to listen on; 127.0.0.1 if not named. */
  readonly address?: string | undefined;
  /** Where its memory and files are kept between starts; without it, it forgets. */
  readonly stateDir?: string | undefined;
  readonly sample?: Pick<Sample, 'customers'>;
  readonly credentials?: EsignCredentials;
  readonly settings?: Partial<EsignSettings>;
  /** The pauses before the second, third… attempt at a callback. */
  readonly callbackRetryMs?: readonly number[];
  /** What its clock runs by; the machine's if not named. */
  readonly now?: () => number;
}

/** A running e签宝; `change` sets how its signers behave from now on. */
export interface EsignSimulator extends Simulator {
  change(settings: Partial<EsignSettings>): void;
}

const USUAL_SETTINGS: EsignSettings = { signDelayMs: 200, refuse: [], silent: [] };
const USUAL_RETRIES_MS = [300, 1_000, 3_000, 10_000, 30_000, 60_000];
const ANSWER_WITHIN_MS = 5_000;

/** Starts e签宝 v3. Throws PORT_TAKEN when someone else listens there. */
export async function startEsign(options: EsignOptions): Promise<EsignSimulator> {
  const { port, address, stateDir, credentials = USUAL_CREDENTIALS } = options;
  const clock = openClock({ name: 'esign', stateDir, runsBy: options.now });
  const current = { settings: { ...USUAL_SETTINGS, ...options.settings } };
  const settings = () => current.settings;
  const memory = emptyMemory();
  const journal = openJournal<Entry>({ name: 'esign', stateDir, apply: memory.apply });
  const behaviourOf = behaviours((options.sample ?? loadSample()).customers, settings);
  const postman: Postman<Letter> = hirePostman<Letter>({
    retryAfterMs: () => options.callbackRetryMs ?? USUAL_RETRIES_MS, clock, answerWithinMs: ANSWER_WITHIN_MS, faults: (): Faults => simulator.faults,
    operation: ({ url, body }) => `CALLBACK ${url}\n${body}`, queueOf: ({ flowId }) => flowId, isHeard: (status) => status === 200,
    write: ({ url, body }) => ({ url, body, headers: callbackHeaders(credentials, { timestamp: String(clock.now()), notifyUrl: url, body }) }),
    settle: ({ id, flowId }, outcome) => journal.record({ type: 'told', letterId: id, flowId, outcome }),
  });
  const desk: Desk = openDesk({ memory, journal: () => journal, settings, behaviourOf, clock, send: postman.send });
  const rooms: house.House = { memory, journal, cabinet: openCabinet('esign', stateDir), desk, credentials, now: clock.now };
  const close = () => {
    desk.stop();
    postman.stop();
    journal.close();
  };
  const change = (wanted: Partial<EsignSettings>) => void (current.settings = { ...current.settings, ...wanted });
  const simulator: Simulator = await startSimulator({
    name: 'esign', port, address, portSetting: 'ESIGN_PORT', clock, ledger: () => ledgerOf(memory), onClose: close,
    routes: (app) => addRoutes(app, rooms, { settings, change }),
  });
  desk.resume();
  return { ...simulator, change };
}

interface Knobs {
  readonly settings: () => EsignSettings;
  readonly change: (settings: Partial<EsignSettings>) => void;
}

function addRoutes(app: Express, rooms: house.House, knobs: Knobs): void {
  app.post('/_sim/settings', (request, response) => {
    const problem = settingsProblem(objectIn(request.body));
    if (problem) return void response.status(400).json({ error: problem });
    knobs.change(request.body);
    response.json(knobs.settings());
  });
  app.put('/upload/:id', (request, response) => upload(rooms, request, response));
  app.get('/download/:flowId/:fileId', (request, response) => download(rooms, request, response));
  app.use('/v3', letIn(rooms));
  app.post('/v3/files/file-upload-url', answering(rooms, house.announceFile));
  app.get('/v3/files/:id', answering(rooms, house.fileStatus));
  app.post('/v3/sign-flow/create-by-file', answering(rooms, house.createByFile));
  app.post('/v3/sign-flow/sign-flow-list', answering(rooms, house.listFlows));
  app.get('/v3/sign-flow/:id/detail', answering(rooms, house.flowDetail));
  app.post('/v3/sign-flow/:id/sign-url', answering(rooms, house.signUrl));
  app.post('/v3/sign-flow/:id/start', answering(rooms, house.startFlow));
  app.post('/v3/sign-flow/:id/finish', answering(rooms, house.finishFlow));
  app.post('/v3/sign-flow/:id/revoke', answering(rooms, house.revokeFlow));
  app.post('/v3/sign-flow/:id/initiate-rescission', answering(rooms, house.rescindFlow));
  app.post('/v3/sign-flow/:id/rescission-url', answering(rooms, house.rescissionUrl));
  app.get('/v3/sign-flow/:id/file-download-url', answering(rooms, house.downloadUrl));
  app.post('/v3/sign-flow/:id/file-download-url', answering(rooms, house.downloadUrl));
  app.use((_request: Request, response: Response) => void response.status(404).json({ code: 404, message: '接口不存在' }));
  app.use((_error: unknown, _request: Request, response: Response, _next: NextFunction) => (
    void response.status(400).json({ code: 1435002, message: '参数错误: 请求内容不是正确的JSON' })));
}

function letIn({ credentials, now }: house.House): RequestHandler {
  return (request, response, next) => {
    const call = { method: request.method, url: request.originalUrl, headers: request.headers, body: rawBodyOf(request) };
    const problem = signatureProblem(call, credentials, now());
    if (problem) return void response.status(401).json({ code: 401, message: `INVALID_SIGNATURE: ${problem}`, data: null });
    next();
  };
}

function answering(rooms: house.House, verb: (rooms: house.House, visit: house.Visit) => Json | Problem): RequestHandler {
  return (request, response) => {
    const visit = { id: String(request.params['id'] ?? ''), body: objectIn(request.body), base: `http://${request.headers.host}` };
    const answer = verb(rooms, visit);
    response.json(isProblem(answer) ? { ...answer, data: null } : { code: 0, message: '成功', data: answer });
  };
}

function upload(rooms: house.House, request: Request, response: Response): void {
  const problem = house.receiveFile(rooms, { id: String(request.params['id']), bytes: rawBodyOf(request), signature: String(request.query['signature']) });
  if (problem) return void response.status(403).json({ errCode: 403, msg: problem });
  response.json({ errCode: 0, msg: '成功' });
}

function download(rooms: house.House, request: Request, response: Response): void {
  const { flowId, fileId } = request.params;
  const { until, signature } = request.query;
  const bytes = house.signedFile(rooms, { flowId: String(flowId), fileId: String(fileId), until: String(until), signature: String(signature) });
  if (!bytes) return void response.status(403).json({ errCode: 403, msg: 'AccessDenied' });
  response.type('application/pdf').send(bytes);
}

function settingsProblem(wanted: Json): string | undefined {
  const { signDelayMs, refuse, silent, ...others } = wanted;
  if (Object.keys(others).length > 0) return `settings are signDelayMs, refuse and silent, not ${Object.keys(others).join(', ')}`;
  if (signDelayMs !== undefined && !(typeof signDelayMs === 'number' && signDelayMs >= 0)) return 'signDelayMs is a number from 0';
  const lists = [refuse, silent].filter((list) => list !== undefined);
  return lists.every((list) => Array.isArray(list) && list.every((name) => typeof name === 'string')) ? undefined : 'refuse and silent are lists of names';
}
