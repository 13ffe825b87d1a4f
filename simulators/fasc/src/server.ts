import { randomUUID } from 'node:crypto';
import type { Express, NextFunction, Request, RequestHandler, Response } from 'express';
import {
  hirePostman, loadSample, objectIn, openCabinet, openClock, openJournal, rawBodyOf, startSimulator, type Faults, type Json, type Postman, type Sample, type Simulator,
} from '@order-mesh/simulator';
import { openDesk, type Desk } from './desk.ts';
import { openGate, type Gate } from './gate.ts';
import * as house from './house.ts';
import { emptyMemory, type Entry, type Letter } from './memory.ts';
import { behaviours } from './people.ts';
import type { FascSettings } from './settings.ts';
import { callbackHeaders, USUAL_CREDENTIALS, type FascCredentials } from './signature.ts';
import { isProblem, type Problem } from './task.ts';
import { ledgerOf } from './views.ts';

/** What can be chosen about the 法大大 simulator; everything but the port has a usual value. */
export interface FascOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** The address of this machine to listen on; 127.0.0.1 if not named. */
  readonly address?: string | undefined;
  /** Where its memory and files are kept between starts; without it, it forgets. */
  readonly stateDir?: string | undefined;
  readonly sample?: Pick<Sample, 'customers'>;
  readonly credentials?: FascCredentials;
  readonly settings?: Partial<FascSettings>;
  readonly now?: () => number;
}

/** A running 法大大. Its `url` is without the path of the API, which is `/api/v5`. */
export interface FascSimulator extends Simulator {
  /** Sets how its actors and callbacks behave from now on. */
  change(settings: Partial<FascSettings>): void;
  /** Ends the access token before its time. */
  expireToken(): void;
}

const API = '/api/v5';
const USUAL_SETTINGS: FascSettings = { signDelayMs: 200, refuse: [], silent: [], quiet: [], callbackScale: 0.002 };
const MINUTE_MS = 60_000;
const RETRIES_MS = [3 * MINUTE_MS, 30 * MINUTE_MS, 8 * 60 * MINUTE_MS];
const ANSWER_WITHIN_MS = 3_000;

/** Starts 法大大's FASC OpenAPI 5.1. Throws PORT_TAKEN when someone else listens there. */
export async function startFasc(options: FascOptions): Promise<FascSimulator> {
  const { port, address, stateDir, credentials = USUAL_CREDENTIALS } = options;
  const clock = openClock({ name: 'fasc', stateDir, runsBy: options.now });
  const current = { settings: { ...USUAL_SETTINGS, ...options.settings } };
  const settings = () => current.settings;
  const memory = emptyMemory();
  const journal = openJournal<Entry>({ name: 'fasc', stateDir, apply: memory.apply });
  const gate = openGate(credentials, clock.now);
  const postman: Postman<Letter> = hirePostman<Letter>({
    retryAfterMs: () => RETRIES_MS.map((pause) => pause * settings().callbackScale), clock, answerWithinMs: ANSWER_WITHIN_MS, faults: (): Faults => simulator.faults,
    operation: ({ url, event, bizContent }) => `CALLBACK ${url}\n${event} ${bizContent}`, isHeard: (status, answer) => status === 200 && answer.includes('success'),
    write: ({ url, event, bizContent }) => ({ url, body: new URLSearchParams({ bizContent }).toString(), headers: callbackHeaders(credentials, { event, bizContent, timestamp: String(clock.now()) }) }),
    settle: ({ id, taskId }, outcome) => journal.record({ type: 'told', letterId: id, taskId, outcome }),
  });
  const desk: Desk = openDesk({ memory, journal: () => journal, settings, behaviourOf: behaviours((options.sample ?? loadSample()).customers, settings), clock, send: postman.send });
  const rooms: house.House = { memory, journal, cabinet: openCabinet('fasc', stateDir), desk, credentials, now: clock.now };
  const change = (wanted: Partial<FascSettings>) => void (current.settings = { ...current.settings, ...wanted });
  const simulator: Simulator = await startSimulator({
    name: 'fasc', port, address, portSetting: 'FASC_PORT', clock, ledger: () => ledgerOf(memory, gate), routes: (app) => addRoutes(app, { rooms, gate, settings, change }),
    onClose() {
      desk.stop();
      postman.stop();
      journal.close();
    },
  });
  desk.resume();
  return { ...simulator, change, expireToken: gate.expireToken };
}

interface Entrance {
  readonly rooms: house.House;
  readonly gate: Gate;
  readonly settings: () => FascSettings;
  readonly change: (settings: Partial<FascSettings>) => void;
}

const VERBS: Readonly<Record<string, house.Verb>> = {
  '/file/get-upload-url': house.uploadUrl,
  '/file/process': house.processFiles,
  '/sign-task/create': house.createTask,
  '/sign-task/start': house.startTask,
  '/sign-task/finish': house.finishTask,
  '/sign-task/cancel': house.cancelTask,
  '/sign-task/delete': house.deleteTask,
  '/sign-task/abolish': house.abolishTask,
  '/sign-task/get-detail': house.taskDetail,
  '/sign-task/actor/get-url': house.actorUrl,
  '/sign-task/owner/get-download-url': house.downloadUrl,
};

function addRoutes(app: Express, { rooms, gate, settings, change }: Entrance): void {
  app.post('/_sim/settings', (request, response) => {
    const problem = settingsProblem(objectIn(request.body));
    if (problem) return void response.status(400).json({ error: problem });
    change(request.body);
    response.json(settings());
  });
  app.put('/upload/:place', (request, response) => upload(rooms, request, response));
  app.get('/download/:taskId', (request, response) => download(rooms, request, response));
  app.post(`${API}/service/get-access-token`, (request, response) => {
    const problem = gate.tokenProblem(callIn(request));
    say(response, problem ?? gate.grant());
  });
  app.use(API, letIn(gate));
  for (const [path, verb] of Object.entries(VERBS)) app.post(`${API}${path}`, answering(rooms, verb));
  app.use((_request: Request, response: Response) => say(response, { code: '100003', message: '接口不存在' }));
  app.use((_error: unknown, _request: Request, response: Response, _next: NextFunction) => say(response, { code: '100011', message: '参数错误: 请求内容不正确' }));
}

function callIn(request: Request) {
  return { headers: request.headers, bizContent: String(objectIn(request.body)['bizContent'] ?? '') };
}

function letIn(gate: Gate): RequestHandler {
  return (request, response, next) => {
    const problem = gate.callProblem(callIn(request));
    if (!problem) return next();
    if (problem.code === '100002') response.status(401);
    say(response, problem);
  };
}

function answering(rooms: house.House, verb: house.Verb): RequestHandler {
  return (request, response) => say(response, verb(rooms, { body: objectIn(parsed(callIn(request).bizContent)), base: `http://${request.headers.host}` }));
}

function say(response: Response, answer: Json | null | Problem): void {
  response.setHeader('X-FASC-Request-Id', randomUUID().replaceAll('-', ''));
  if (answer !== null && isProblem(answer)) response.json({ code: answer.code, msg: answer.message, data: null, success: false });
  else response.json({ code: '100000', msg: '请求成功', data: answer });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function upload(rooms: house.House, request: Request, response: Response): void {
  const { until, signature } = request.query;
  const isTaken = house.receiveFile(rooms, { place: String(request.params['place']), bytes: rawBodyOf(request), until: String(until), signature: String(signature) });
  response.status(isTaken ? 200 : 403).end();
}

function download(rooms: house.House, request: Request, response: Response): void {
  const { until, signature } = request.query;
  const bytes = house.signedFile(rooms, { taskId: String(request.params['taskId']), until: String(until), signature: String(signature) });
  if (!bytes) return void response.status(403).end();
  response.type('application/pdf').send(bytes);
}

function settingsProblem(wanted: Json): string | undefined {
  const { signDelayMs, callbackScale, refuse, silent, quiet, ...others } = wanted;
  if (Object.keys(others).length > 0) return `settings are signDelayMs, callbackScale, refuse, silent and quiet, not ${Object.keys(others).join(', ')}`;
  const numbers = [signDelayMs, callbackScale].filter((number) => number !== undefined);
  if (!numbers.every((number) => typeof number === 'number' && number >= 0)) return 'signDelayMs and callbackScale are numbers from 0';
  const lists = [refuse, silent, quiet].filter((list) => list !== undefined);
  return lists.every((list) => Array.isArray(list) && list.every((name) => typeof name === 'string')) ? undefined : 'refuse, silent and quiet are lists of names';
}
