import type { Express, NextFunction, Request, Response } from 'express';
import { openClock, openJournal, startSimulator, type Faults, type Simulator, type SimulatorClock } from '@order-mesh/simulator';
import { act, changeXml, takeBack, whoseTurn, type Act, type Changed } from './approval.ts';
import { openBook, type Entry } from './book.ts';
import { USUAL_CREDENTIALS, type WecomCredentials } from './credentials.ts';
import { hireGatekeeper, type Gatekeeper } from './gatekeeper.ts';
import { CALLS, no, objectIn, textIn, type Office, type WecomSettings } from './office.ts';
import { hirePostman, type Postman } from './postman.ts';
import { settingsProblem, USUAL_SETTINGS } from './settings.ts';
import { USUAL_TEMPLATE, type Template } from './template.ts';

/** What can be chosen about the WeCom simulator; everything but the port has a usual value. */
export interface WecomOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** The address of this machine to listen on; 127.0.0.1 if not named. */
  readonly address?: string | undefined;
  /** Where its memory is kept between starts; without it, it forgets. */
  readonly stateDir?: string | undefined;
  readonly credentials?: WecomCredentials;
  readonly template?: Template;
  /** Everyone of the company, by userid. */
  readonly people?: readonly string[];
  /** Where the application hears what changes; told to nobody if not named. */
  readonly callbackUrl?: string | undefined;
  readonly settings?: Partial<WecomSettings>;
  /** The pauses before the second, third… attempt at a callback. */
  readonly callbackRetryMs?: readonly number[];
  readonly now?: () => number;
}

/** A running WeCom. */
export interface WecomSimulator extends Simulator {
  /** Sets how it behaves from now on. */
  change(settings: Partial<WecomSettings>): void;
  /** A person acts on a card; says why that can't be. */
  act(spNo: string, what: Act): string | undefined;
  expireTokens(): void;
}

const USUAL_PEOPLE = ['MeshBot', 'ZhangWei', 'LiNa', 'WangFang'];
const USUAL_RETRIES_MS = [1_000, 2_000, 4_000];

/** Starts WeCom (企业微信). Throws PORT_TAKEN when someone else listens there. */
export async function startWecom(options: WecomOptions): Promise<WecomSimulator> {
  const { port, address, stateDir, credentials = USUAL_CREDENTIALS, template = USUAL_TEMPLATE, people = USUAL_PEOPLE } = options;
  const clock = openClock({ name: 'wecom', stateDir, runsBy: options.now });
  const current = { settings: { ...USUAL_SETTINGS, ...options.settings }, callbackUrl: options.callbackUrl ?? '' };
  const settings = () => current.settings;
  const book = openBook();
  const journal = openJournal<Entry>({ name: 'wecom', stateDir, apply: book.apply });
  const postman = hirePostman({ credentials, clock, url: () => current.callbackUrl, retryAfterMs: options.callbackRetryMs ?? USUAL_RETRIES_MS, faults: (): Faults => simulator.faults });
  const decisions: Decisions = { clock, waiting: new Set() };
  const office: Office = {
    book, journal, credentials, template, people, settings, now: clock.now,
    change(changed) {
      journal.record({ approval: changed.approval });
      postman.tell(changeXml(changed, { corpId: credentials.corpId, spName: template.name, at: clock.now() }), settings().callbackCopies);
      decideLater(office, changed, decisions);
    },
  };
  const rooms: Rooms = {
    office, gatekeeper: hireGatekeeper(office), postman,
    change: (wanted) => void (current.settings = { ...current.settings, ...wanted }),
    setCallbackUrl: (url) => void (current.callbackUrl = url),
  };
  const close = () => {
    decisions.waiting.forEach((leave) => leave());
    postman.stop();
    journal.close();
  };
  const simulator: Simulator = await startSimulator({
    name: 'wecom', port, address, portSetting: 'WECOM_PORT', clock, onClose: close, routes: (app) => addRoutes(app, rooms),
    ledger: () => ({ approvals: book.approvals(), messages: book.messages(), callbacks: postman.told }),
  });
  return { ...simulator, change: rooms.change, act: (spNo, what) => moved(office, spNo, (approval) => act(approval, what, seconds(office))), expireTokens: rooms.gatekeeper.expireTokens };
}

/** What the calls and the knobs work with. */
interface Rooms {
  readonly office: Office;
  readonly gatekeeper: Gatekeeper;
  readonly postman: Postman;
  readonly change: (settings: Partial<WecomSettings>) => void;
  readonly setCallbackUrl: (url: string) => void;
}

function addRoutes(app: Express, rooms: Rooms): void {
  addKnobs(app, rooms);
  const { office, gatekeeper } = rooms;
  app.get('/cgi-bin/gettoken', (request, response) => void response.json(gatekeeper.token(textIn(request.query['corpid']), textIn(request.query['corpsecret']))));
  for (const [path, call] of CALLS) {
    app.post(`/cgi-bin${path}`, (request, response) => void response.json(gatekeeper.stops(textIn(request.query['access_token']), path) ?? call(office, objectIn(request.body))));
  }
  app.use((_request: Request, response: Response) => void response.status(404).json({ errcode: 404, errmsg: 'unknown path' }));
  app.use((_error: unknown, _request: Request, response: Response, _next: NextFunction) => void response.json(no(47001, 'data format error')));
}

function addKnobs(app: Express, { office, gatekeeper, postman, change, setCallbackUrl }: Rooms): void {
  const answering = (response: Response, problem: string | undefined) => void response.status(problem ? 400 : 200).json(problem ? { error: problem } : { ok: true });
  app.post('/_sim/settings', (request, response) => {
    const problem = settingsProblem(request.body);
    if (!problem) change(request.body);
    answering(response, problem);
  });
  app.post('/_sim/act', (request, response) => {
    const { spNo, ...what } = objectIn(request.body);
    answering(response, isAct(what) ? moved(office, textIn(spNo), (approval) => act(approval, what, seconds(office))) : 'say {spNo, userid, act: "approve" | "reject" | "transfer", speech?, to?}');
  });
  app.post('/_sim/take-back', (request, response) => answering(response, moved(office, textIn(objectIn(request.body)['spNo']), takeBack)));
  app.post('/_sim/expire-tokens', (_request, response) => {
    gatekeeper.expireTokens();
    answering(response, undefined);
  });
  app.post('/_sim/callback-url', async (request, response) => {
    const url = textIn(objectIn(request.body)['url']);
    const problem = await postman.verify(url);
    if (!problem) setCallbackUrl(url);
    answering(response, problem);
  });
}

function moved({ book, change }: Office, spNo: string, move: (approval: Changed['approval']) => Changed | string): string | undefined {
  const approval = book.approval(spNo);
  if (!approval) return `there is no approval ${spNo}`;
  const changed = move(approval);
  if (typeof changed === 'string') return changed;
  change(changed);
  return undefined;
}

/** Decisions that nobody has made yet. */
interface Decisions {
  readonly clock: SimulatorClock;
  readonly waiting: Set<() => void>;
}

function decideLater(office: Office, { approval: { spNo } }: Changed, { clock, waiting }: Decisions): void {
  const { decideAfterMs } = office.settings();
  if (decideAfterMs < 0) return;
  const leave = clock.at(clock.now() + decideAfterMs, () => {
    waiting.delete(leave);
    const approval = office.book.approval(spNo);
    const userid = approval && whoseTurn(approval);
    if (userid) moved(office, spNo, (known) => act(known, { userid, act: office.settings().decision, speech: '' }, seconds(office)));
  });
  waiting.add(leave);
}

const seconds = ({ now }: Office): number => Math.floor(now() / 1_000);

function isAct(given: object): given is Act {
  const { userid, act: what, speech = '', to = '' } = { ...objectIn(given) };
  return [userid, speech, to].every((text) => typeof text === 'string') && userid !== '' && (what === 'approve' || what === 'reject' || what === 'transfer');
}
