import type { OrderMessage, OrderRecorded } from '@order-mesh/contracts';
import type { Received, Unit } from '@order-mesh/messaging';
import type { Log } from '@order-mesh/platform';
import { projectApproval, unknownApproval, withdrawApproval, type ApprovalView } from '../domain/approval-view.ts';
import { projectCase, unknownCase } from '../domain/case-view.ts';
import { printable } from '../domain/mask.ts';
import { project, unknownOrder, type Digest, type OrderView } from '../domain/order-view.ts';
import { entryOf } from '../domain/timeline.ts';
import type { Turn } from '../domain/under-way.ts';
import type { CaseViews, KeptOrder, ViewBook } from './ports.ts';

export interface ProjectPorts {
  readonly views: ViewBook;
  readonly cases: CaseViews;
  readonly digest: Digest;
  readonly log: Log;
}

export type AboutOrder = Received<OrderMessage>;
/** Gives what it made of each order that the batch is about. */
export type ProjectMessages = (batch: readonly AboutOrder[], unit: Unit) => Promise<readonly Turn[]>;

/** No order's number is longer; what is comes from elsewhere and could not be indexed. */
export const LONGEST_KEY = 200;

/** Keeps the view and the timeline of every order of the batch: three statements, two more where approvals are decided, one where finance records. */
export const projectMessages = ({ views, cases, digest, log }: ProjectPorts): ProjectMessages => async (batch, unit) => {
  const messages = batch.filter(({ key }) => key.length <= LONGEST_KEY).map((message) => ({ ...message, key: printable(message.key) }));
  if (messages.length < batch.length) log.warn('messages with an endless key are not shown', { count: batch.length - messages.length });
  if (messages.length === 0) return [];

  const kept = await views.load(unit.tx, [...new Set(messages.map(({ key }) => key))]);
  const changed = new Map<string, OrderView>();
  const before = (orderId: string): OrderView => kept.get(orderId)?.view ?? unknownOrder(orderId);
  for (const message of messages) changed.set(message.key, project(changed.get(message.key) ?? before(message.key), message, digest));
  await views.save(unit.tx, [...changed.values()].map((view): KeptOrder => ({ view, version: (kept.get(view.orderId)?.version ?? 0) + 1 })));
  await views.note(unit.tx, messages.map(entryOf));
  await followApprovals(views, messages, changed, unit);
  await followCases(cases, messages, unit);

  const recorded = messages.flatMap((message): readonly OrderRecorded[] => (message.type === 'OrderRecorded' ? [message.value] : []));
  if (recorded.length > 0) await views.record(unit.tx, recorded);
  return [...changed].map(([orderId, after]) => ({ before: before(orderId), after }));
};

const ABOUT_APPROVAL = ['ApprovalRequested', 'ApprovalReminded', 'ApprovalEscalated', 'ApprovalGranted', 'ApprovalDenied', 'ApprovalWithdrawn', 'DecisionIgnored'] as const;
type AboutApproval = Extract<AboutOrder, { readonly type: (typeof ABOUT_APPROVAL)[number] }>;

async function followApprovals(views: ViewBook, messages: readonly AboutOrder[], orders: ReadonlyMap<string, OrderView>, unit: Unit): Promise<void> {
  const about = messages.filter(isAboutApproval);
  if (about.length === 0) return;
  const keys = [...new Set(about.map(({ key }) => key))];
  const tasks = new Map((await views.loadApprovals(unit.tx, keys)).map((task) => [task.approvalId, task]));
  for (const message of about) {
    if (message.type === 'ApprovalWithdrawn') continue;
    const { approvalId } = message.value;
    tasks.set(approvalId, projectApproval(tasks.get(approvalId) ?? unknownApproval(approvalId, message.key), message));
  }
  // of what nobody has asked or answered, the revision is not known either
  const withdrawn = ({ orderId, revision = 0, question, decision }: ApprovalView): boolean =>
    (question !== null || decision !== null) && revision <= (orders.get(orderId)?.withdrawnUpTo ?? -1);
  await views.saveApprovals(unit.tx, [...tasks.values()].map((task) => (withdrawn(task) ? withdrawApproval(task) : task)));
}

async function followCases(cases: CaseViews, messages: readonly AboutOrder[], unit: Unit): Promise<void> {
  const about = messages.filter(isAboutCase);
  if (about.length === 0) return;
  const keys = [...new Set(about.map(({ key }) => key))];
  const views = new Map((await cases.load(unit.tx, keys)).map((view) => [view.orderId, view]));
  for (const message of about) views.set(message.key, projectCase(views.get(message.key) ?? unknownCase(message.key), message));
  await cases.save(unit.tx, [...views.values()]);
}

type AboutCase = Extract<AboutOrder, { readonly type: 'CaseOpened' | 'CaseAssigned' | 'CaseDecided' | 'CaseClosed' }>;

function isAboutCase(message: AboutOrder): message is AboutCase {
  return message.type === 'CaseOpened' || message.type === 'CaseAssigned' || message.type === 'CaseDecided' || message.type === 'CaseClosed';
}

function isAboutApproval(message: AboutOrder): message is AboutApproval {
  // a decision on a task that there is not, or one of a sender that does not tell the task
  if (message.type === 'DecisionIgnored' && (message.value.reason === 'unknown-task' || message.value.approvalId === '')) return false;
  return ABOUT_APPROVAL.some((type) => type === message.type);
}
