import type { DecideApproval, RequestApproval, TopicMessages } from '@order-mesh/contracts';
import { never } from '@order-mesh/kernel';
import { draftOf, type Draft, type Outgoing, type Received, type Unit } from '@order-mesh/messaging';
import { answerOf, approvalIdOf, decideTask, denyWithdrawn, isWithdrawn, openTask, withdraw, withTask, type Dossier } from '../domain/task.ts';
import type { Ports } from './ports.ts';

export type ApprovalCommand = Received<TopicMessages['approvals.commands.v1']>;
export type AnswerApprovals = ReturnType<typeof answerApprovals>;

/** Opens, decides and withdraws tasks, in the order asked; a task that waits for a person is answered when it is closed. */
export const answerApprovals = ({ book, log }: Ports) => async (batch: readonly ApprovalCommand[], unit: Unit): Promise<void> => {
  const dossiers = draftOf(await book.load(unit.tx, batch.map((message) => message.value.orderId)));

  for (const message of batch) {
    for (const answer of answersTo(message, dossiers)) {
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

function answersTo(message: ApprovalCommand, dossiers: Draft<Dossier>): readonly Answer[] {
  const { orderId } = message.value;
  const dossier = dossiers.get(orderId) ?? { orderId, withdrawn: null, tasks: [] };
  switch (message.type) {
    case 'RequestApproval': return request(dossiers, dossier, message.value);
    case 'DecideApproval': return decide(dossiers, dossier, message.value);
    case 'WithdrawApproval': {
      const { revision } = message.value;
      if (!isWithdrawn(dossier, revision)) dossiers.put(orderId, withdraw(dossier, revision));
      return [{ type: 'ApprovalWithdrawn', value: { orderId, revision } }];
    }
    default: return never(message);
  }
}

function request(dossiers: Draft<Dossier>, dossier: Dossier, ask: RequestApproval): readonly Answer[] {
  const { orderId, revision } = ask;
  const approvalId = approvalIdOf(ask);
  if (isWithdrawn(dossier, revision)) return [denyWithdrawn({ orderId, approvalId, revision })];
  const known = dossier.tasks.find((task) => task.approvalId === approvalId);
  if (known) return [answerOf(known)].filter((answer) => answer !== undefined);
  dossiers.put(orderId, withTask(dossier, openTask(ask)));
  const { subject, customerId, region, role, amount, reason, detail, deadline } = ask;
  return [{ type: 'ApprovalRequested', value: { orderId, approvalId, subject, customerId, region, role, amount, reason, detail, deadline, revision } }];
}

function decide(dossiers: Draft<Dossier>, dossier: Dossier, decision: DecideApproval): readonly Answer[] {
  const { orderId, approvalId, decidedBy } = decision;
  const verdict = decideTask(dossier.tasks.find((task) => task.approvalId === approvalId), decision);
  const ignored: readonly Answer[] = verdict.type === 'decided' ? [] : [{ type: 'DecisionIgnored', value: { orderId, ...verdict.ignored, decidedBy } }];
  if (verdict.type === 'ignored') return ignored;
  dossiers.put(orderId, withTask(dossier, verdict.task));
  return [answerOf(verdict.task), ...ignored].filter((answer) => answer !== undefined);
}
