import type { DecideApproval, RequestApproval, TopicMessages } from '@order-mesh/contracts';
import { never, type Instant } from '@order-mesh/kernel';
import { draftOf, type Draft, type Outgoing, type Received, type Unit } from '@order-mesh/messaging';
import { approvalFlow, type CompiledRules } from '@order-mesh/rules';
import { answerOf, approvalIdOf, decideFlow, decideTask, denyWithdrawn, isWithdrawn, openTask, requestedOf, withdraw, withTask, type Dossier, type OpenTask } from '../domain/task.ts';
import { canonicalName } from '../domain/people.ts';
import { decidersOf, rightToDecide, type Authority } from '../domain/right.ts';
import { authorityIn } from './authority.ts';
import type { Ports } from './ports.ts';

export type ApprovalCommand = Received<TopicMessages['approvals.commands.v1']>;
export type AnswerApprovals = ReturnType<typeof answerApprovals>;

/** Opens, decides and withdraws tasks, in the order asked; a task that waits for a person is answered when it is closed. */
export const answerApprovals = (ports: Ports) => async (batch: readonly ApprovalCommand[], unit: Unit): Promise<void> => {
  const { book, log } = ports;
  const authority = await authorityIn(unit, ports);
  const flow = batch.some(({ type }) => type === 'RequestApproval') ? await ports.ruleBook.at(unit.tx, approvalFlow) : null;
  const dossiers = draftOf(await book.load(unit.tx, batch.map((message) => message.value.orderId)));

  for (const message of batch) {
    for (const answer of answersTo(message, dossiers, { ...ports, authority, flow })) {
      unit.send(answer, message);
      log.info(WORDS[answer.type], { ...answer.value });
    }
  }
  await book.save(unit.tx, dossiers.written());
};

type Answer = Outgoing<'ApprovalRequested' | 'ApprovalGranted' | 'ApprovalDenied' | 'ApprovalWithdrawn' | 'DecisionIgnored'>;

const WORDS: Readonly<Record<Answer['type'], string>> = {
  ApprovalRequested: 'approval requested',
  ApprovalGranted: 'approval granted',
  ApprovalDenied: 'approval denied',
  ApprovalWithdrawn: 'approval withdrawn',
  DecisionIgnored: 'decision ignored',
};

interface Means extends Pick<Ports, 'rules' | 'log'> {
  readonly authority: Authority;
  /** Read where something is asked. */
  readonly flow: CompiledRules | null;
}

function answersTo(message: ApprovalCommand, dossiers: Draft<Dossier>, means: Means): readonly Answer[] {
  const { orderId } = message.value;
  const dossier = dossiers.get(orderId) ?? { orderId, withdrawn: null, tasks: [] };
  switch (message.type) {
    case 'RequestApproval': {
      const known = knownAnswer(dossier, message.value);
      if (known) return known;
      const task = open(message, means);
      dossiers.put(orderId, withTask(dossier, task));
      return [{ type: 'ApprovalRequested', value: requestedOf(task, told(task, message.at, means)) }];
    }
    case 'DecideApproval': return decide(dossiers, dossier, { decision: message.value, means });
    case 'WithdrawApproval': {
      const { revision } = message.value;
      if (!isWithdrawn(dossier, revision)) dossiers.put(orderId, withdraw(dossier, revision));
      return [{ type: 'ApprovalWithdrawn', value: { orderId, revision } }];
    }
    default: return never(message);
  }
}

/** What is answered to an ask that needs nobody, or that somebody has in hand; undefined for a new one. */
function knownAnswer(dossier: Dossier, ask: RequestApproval): readonly Answer[] | undefined {
  const { orderId, subject, revision } = ask;
  const approvalId = approvalIdOf(ask);
  if (isWithdrawn(dossier, revision)) return [denyWithdrawn({ orderId, approvalId, subject, revision })];
  const task = dossier.tasks.find((one) => one.approvalId === approvalId);
  return task && [answerOf(task)].filter((answer) => answer !== undefined);
}

type Ask = Extract<ApprovalCommand, { readonly type: 'RequestApproval' }>;

function open({ value: ask, at: askedAt }: Ask, { rules, authority, flow, log }: Means): OpenTask {
  const asked = { ...ask, requestedBy: canonicalName(authority.people, ask.requestedBy) };
  const { task, isSure } = openTask(asked, askedAt, rules, flow && decideFlow(flow, asked, askedAt));
  if (!isSure) log.warn('public holidays are not known: only weekends were left out', { orderId: ask.orderId, deadline: new Date(task.deadline).toISOString() });
  return task;
}

/** Who is told to decide; that there is nobody is a fault of the directory. */
function told(task: OpenTask, askedAt: Instant, { authority, log }: Means): readonly string[] {
  const deciders = decidersOf(authority, task, askedAt);
  if (authority.people !== null && deciders.length === 0) log.warn('nobody in the directory may decide', { approvalId: task.approvalId, role: task.role, region: task.region, amount: task.amount });
  return deciders;
}

interface Decision {
  readonly decision: DecideApproval;
  readonly means: Means;
}

function decide(dossiers: Draft<Dossier>, dossier: Dossier, { decision, means: { authority } }: Decision): readonly Answer[] {
  const { orderId, approvalId, decidedBy } = decision;
  const task = dossier.tasks.find((one) => one.approvalId === approvalId);
  const verdict = decideTask(task, decision, task && rightToDecide(authority, task, decision));
  const ignored: readonly Answer[] = verdict.type === 'decided' ? [] : [{ type: 'DecisionIgnored', value: { orderId, approvalId, ...verdict.ignored, decidedBy } }];
  if (verdict.type === 'ignored') return ignored;
  dossiers.put(orderId, withTask(dossier, verdict.task));
  return [answerOf(verdict.task), ...ignored].filter((answer) => answer !== undefined);
}
