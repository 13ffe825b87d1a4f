import { randomBytes } from 'node:crypto';
import type { Journal } from '@order-mesh/simulator';
import { detailOf, type Approval, type Changed, type Node } from './approval.ts';
import type { Book, Entry, Message } from './book.ts';
import type { WecomCredentials } from './credentials.ts';
import { templateDetail, type Template } from './template.ts';

/** A JSON object as it came, not yet believed. */
export type Json = Readonly<Record<string, unknown>>;

/** How WeCom and its people behave. */
export interface WecomSettings {
  /** How long an access token lasts. */
  readonly tokenSeconds: number;
  /** Calls of one kind let through a minute; 0 knows no limit. */
  readonly callsPerMinute: number;
  /** When whoever's turn it is decides by itself; below 0 nobody does. */
  readonly decideAfterMs: number;
  readonly decision: 'approve' | 'reject';
  /** How often each callback is told, each time in a fresh envelope. */
  readonly callbackCopies: number;
}

/** What the calls work with. */
export interface Office {
  readonly book: Book;
  readonly journal: Journal<Entry>;
  readonly credentials: WecomCredentials;
  readonly template: Template;
  /** Everyone of the company, by userid. */
  readonly people: readonly string[];
  readonly settings: () => WecomSettings;
  readonly now: () => number;
  /** Keeps an approval as it stands now and tells the application. */
  readonly change: (changed: Changed) => void;
}

type Call = (office: Office, body: Json) => Json;

/** Every POST below /cgi-bin that is answered. */
export const CALLS: ReadonlyMap<string, Call> = new Map([
  ['/message/send', sendMessage],
  ['/oa/gettemplatedetail', showTemplate],
  ['/oa/applyevent', applyEvent],
  ['/oa/getapprovaldetail', showApproval],
  ['/oa/getapprovalinfo', listApprovals],
]);

export const no = (errcode: number, errmsg: string): Json => ({ errcode, errmsg });
const yes = (answer: Json): Json => ({ errcode: 0, errmsg: 'ok', ...answer });

const TEXT_FIELD: Readonly<Record<string, string>> = { text: 'content', markdown: 'content', textcard: 'description' };
const MOST_BYTES = 2_048;

function sendMessage({ book, journal, people, credentials, now }: Office, body: Json): Json {
  if (body['agentid'] !== credentials.agentId) return no(40056, 'invalid agentid');
  const type = textIn(body['msgtype']);
  const field = TEXT_FIELD[type];
  if (!field) return no(40008, 'invalid message type');
  const text = textIn(objectIn(body[type])[field]);
  if (!text) return no(44004, 'empty content');
  if (Buffer.byteLength(text) > MOST_BYTES) return no(45002, 'content size out of limit');
  const [users, parties] = [namesIn(body['touser']), namesIn(body['toparty'])];
  const known = users.filter((user) => user === '@all' || people.includes(user));
  if (known.length === 0 && parties.length === 0) return no(81013, 'user & party & tag all invalid');
  const message: Message = { msgid: randomBytes(12).toString('base64url'), to: known, parties, type, text, at: now() };
  const within = Number(body['duplicate_check_interval'] ?? 1_800) * 1_000;
  const isCopy = body['enable_duplicate_check'] === 1 && book.messages().some((other) => other.at > now() - within && sameMessage(other, message));
  if (!isCopy) journal.record({ message });
  return yes({ invaliduser: users.filter((user) => !known.includes(user)).join('|'), msgid: message.msgid });
}

const sameMessage = (one: Message, other: Message): boolean =>
  one.type === other.type && one.text === other.text && one.to.join() === other.to.join() && one.parties.join() === other.parties.join();

function showTemplate({ template }: Office, body: Json): Json {
  return body['template_id'] === template.id ? yes({ ...templateDetail(template) }) : no(301025, 'get template detail param error: template_id');
}

function applyEvent({ book, template, people, change, now }: Office, body: Json): Json {
  const creator = textIn(body['creator_userid']);
  const contents = listIn(objectIn(body['apply_data'])['contents']).map(objectIn);
  const nodes = listIn(body['approver']).map(nodeIn);
  const problem = applyProblem({ template, people, body, creator, contents, nodes });
  if (problem) return problem;
  const seconds = Math.floor(now() / 1_000);
  const summary = listIn(body['summary_list']).flatMap((line) => listIn(objectIn(line)['summary_info']).map((one) => textIn(objectIn(one)['text'])));
  const approval: Approval = { spNo: book.nextSpNo(day(now())), templateId: template.id, creator, nodes, contents, summary, status: 1, appliedAt: seconds };
  change({ approval, event: 1 });
  return yes({ sp_no: approval.spNo });
}

interface Application {
  readonly template: Template;
  readonly people: readonly string[];
  readonly body: Json;
  readonly creator: string;
  readonly contents: readonly Json[];
  readonly nodes: readonly Node[];
}

function applyProblem({ template, people, body, creator, contents, nodes }: Application): Json | undefined {
  if (body['template_id'] !== template.id) return no(301025, 'submit approval param error: template_id');
  if (!people.includes(creator)) return no(60111, 'userid not found');
  if (body['use_template_approver'] !== 0) return no(301025, 'submit approval param error: use_template_approver');
  const signers = nodes.flatMap((node) => node.signers);
  if (signers.length === 0) return no(301025, 'submit approval param error: approver');
  if (signers.some(({ userid }) => !people.includes(userid))) return no(60111, 'userid not found');
  const filled = new Set(contents.map(({ control, id }) => `${textIn(control)} ${textIn(id)}`));
  const missing = template.controls.find(({ control, id, required }) => required && !filled.has(`${control} ${id}`));
  if (missing) return no(301025, `submit approval param error: control ${missing.id} is required`);
  const lines = listIn(body['summary_list']);
  return lines.length === 0 || lines.length > 3 ? no(301025, 'submit approval param error: summary_list') : undefined;
}

function nodeIn(given: unknown): Node {
  const node = objectIn(given);
  const userids = listIn(node['userid']).map(textIn).filter((userid) => userid !== '');
  return { attr: node['attr'] === 2 ? 2 : 1, signers: userids.map((userid) => ({ userid, status: 1, speech: '', at: 0 })) };
}

function showApproval({ book, template }: Office, body: Json): Json {
  const approval = book.approval(textIn(body['sp_no']));
  return approval ? yes({ info: detailOf(approval, template) }) : no(301025, 'get approval detail param error: sp_no');
}

const LONGEST_SPAN = 31 * 86_400;

function listApprovals({ book }: Office, body: Json): Json {
  const [from, to] = [Number(body['starttime']), Number(body['endtime'])];
  const size = Number(body['size'] ?? 100);
  if (!(from <= to && to - from <= LONGEST_SPAN) || !(size >= 1 && size <= 100)) return no(301025, 'get approval info param error');
  const filters = listIn(body['filters']).map(objectIn);
  const wanted = ({ templateId, creator, status, appliedAt }: Approval): boolean => appliedAt >= from && appliedAt <= to
    && filters.every(({ key, value }) => ({ template_id: templateId, creator, sp_status: String(status) })[textIn(key)] === textIn(value));
  const found = book.approvals().filter(wanted).map(({ spNo }) => spNo);
  const begin = Number(body['new_cursor'] || 0);
  const end = begin + size;
  return yes({ sp_no_list: found.slice(begin, end), ...(end < found.length && { new_next_cursor: String(end) }) });
}

const day = (at: number): string => new Date(at + 8 * 3_600_000).toISOString().slice(0, 10).replaceAll('-', '');

export function objectIn(value: unknown): Json {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

export const textIn = (value: unknown): string => (typeof value === 'string' ? value : '');
const listIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const namesIn = (value: unknown): readonly string[] => textIn(value).split('|').filter((name) => name !== '');
