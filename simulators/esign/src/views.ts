import { objectIn, textIn, type Json } from '@order-mesh/simulator';
import { statusWord, whoseTurn, type Flow, type Signer } from './flow.ts';
import { businessNumbers, type Memory } from './memory.ts';

/** A flow as /detail shows it. */
export function detailOf(flow: Flow): Json {
  const turn = whoseTurn(flow);
  return {
    signFlowStatus: flow.status,
    signFlowDescription: flow.reason ?? statusWord(flow.status),
    revokeReason: flow.status === 3 ? flow.reason : null,
    rescissionStatus: flow.rescissionStatus,
    signFlowCreateTime: flow.createdAt,
    signFlowStartTime: flow.startedAt ?? null,
    signFlowFinishTime: flow.finishedAt ?? null,
    signFlowConfig: { signFlowTitle: flow.title, autoFinish: flow.autoFinish, signFlowExpireTime: flow.expiresAt, notifyUrl: flow.notifyUrl },
    docs: flow.docs,
    signers: flow.signers.map((signer) => signerView(signer, turn)),
  };
}

/** A flow as sign-flow-list shows it. */
export function rowOf(flow: Flow): Json {
  return {
    signFlowId: flow.id,
    signFlowTitle: flow.title,
    signFlowStatus: flow.status,
    rescissionStatus: flow.rescissionStatus,
    signFlowStartTime: flow.startedAt ?? null,
    signFlowEndTime: flow.finishedAt ?? null,
    signers: flow.signers.map((signer) => signerView(signer, whoseTurn(flow))),
  };
}

/** Whether a flow is in the list that was asked for. */
export function isListed(flow: Flow, wanted: Json): boolean {
  const { signFlowStatus: statuses } = wanted;
  if (Array.isArray(statuses) && statuses.length > 0 && !statuses.includes(flow.status)) return false;
  if (!isWithin(flow.startedAt, wanted['signFlowStartTimeFrom'], wanted['signFlowStartTimeTo'])) return false;
  if (!isWithin(flow.finishedAt, wanted['signFlowFinishTimeFrom'], wanted['signFlowFinishTimeTo'])) return false;
  const operator = objectIn(wanted['operator']);
  const organization = objectIn(wanted['organization']);
  return flow.signers.some((signer) => isNamed(signer, { ...operator, ...organization }));
}

/** What the flows of the whole house are, for tests to believe. */
export function ledgerOf(memory: Memory): unknown {
  const waiting = new Map<string, number>();
  for (const { flowId } of memory.waiting.values()) waiting.set(flowId, (waiting.get(flowId) ?? 0) + 1);
  return {
    flows: memory.flows().map((flow) => ({
      id: flow.id,
      title: flow.title,
      status: flow.status,
      statusText: statusWord(flow.status),
      rescissionStatus: flow.rescissionStatus,
      rescinds: flow.rescinds,
      live: flow.rescinds === undefined && (flow.status === 1 || (flow.status === 2 && flow.rescissionStatus !== 3)),
      externalRef: businessNumbers(flow)[0],
      customBizNums: businessNumbers(flow),
      reason: flow.reason,
      signers: flow.signers.map(({ orgName, psnName, psnAccount, status }) => ({ name: orgName ?? psnName ?? psnAccount ?? '平台方', status })),
      callbacks: { ...memory.told(flow.id), waiting: waiting.get(flow.id) ?? 0 },
    })),
  };
}

function signerView(signer: Signer, turn: Signer | undefined): Json {
  const person = { psnId: signer.psnId ?? null, psnName: signer.psnName ?? null, psnAccount: { accountMobile: signer.psnAccount ?? null, accountEmail: null } };
  const isCompany = signer.signerType !== 0;
  return {
    signerType: signer.signerType,
    signOrder: signer.signOrder,
    signStatus: signer === turn ? 1 : signer.status,
    psnSigner: isCompany ? null : person,
    orgSigner: isCompany ? { orgId: signer.orgId ?? null, orgName: signer.orgName ?? null, transactor: person } : null,
    signFields: signer.fields.map((field) => ({ ...field, signFieldStatus: signer.status === 2 ? '4' : '0' })),
  };
}

function isWithin(instant: number | undefined, from: unknown, to: unknown): boolean {
  if (typeof from !== 'number' && typeof to !== 'number') return true;
  return instant !== undefined && instant >= (typeof from === 'number' ? from : 0) && instant <= (typeof to === 'number' ? to : Infinity);
}

function isNamed(signer: Signer, wanted: Json): boolean {
  const { psnId, psnAccount, orgId, orgName } = signer;
  const names = Object.entries({ psnId, psnAccount, orgId, orgName });
  return names.every(([name, value]) => textIn(wanted[name]) === undefined || textIn(wanted[name]) === value);
}
