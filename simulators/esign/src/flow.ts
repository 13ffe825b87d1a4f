/** 0 draft, 1 being signed, 2 complete, 3 revoked, 5 expired, 7 refused. */
export type FlowStatus = 0 | 1 | 2 | 3 | 5 | 7;

/** 0 waiting, 1 has it before them, 2 signed, 4 refused. */
export type SignerStatus = 0 | 1 | 2 | 4;

/** One who must sign: a person, or a person for a company. The platform's own company names no one and seals by itself. */
export interface Signer {
  readonly signerType: number;
  readonly signOrder: number;
  readonly status: SignerStatus;
  readonly autoSign: boolean;
  readonly psnId?: string;
  readonly psnAccount?: string;
  readonly psnName?: string;
  readonly orgId?: string;
  readonly orgName?: string;
  readonly operateTime?: number;
  readonly fields: readonly { readonly signFieldId: string; readonly fileId: string; readonly customBizNum?: string }[];
}

/** A contract on its way through its signers. */
export interface Flow {
  readonly id: string;
  readonly title: string;
  readonly status: FlowStatus;
  /** 0 stands, 1 being rescinded, 3 rescinded. */
  readonly rescissionStatus: 0 | 1 | 3;
  /** The flow that this one takes back. */
  readonly rescinds?: string;
  readonly docs: readonly { readonly fileId: string; readonly fileName: string }[];
  readonly signers: readonly Signer[];
  readonly autoFinish: boolean;
  readonly notifyUrl?: string;
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly expiresAt: number;
  /** Why it ended without a signature. */
  readonly reason?: string;
}

/** How a signer answers when it is their turn. */
export type Behaviour = 'signs' | 'refuses' | 'silent';

/** What e签宝 tells the caller's notifyUrl. */
export type Notice = Readonly<Record<string, unknown>> & { readonly action: string };

/** A flow as it now stands, and what is told about it. */
export interface Step {
  readonly flow: Flow;
  readonly notices: readonly Notice[];
}

/** A "no" with e签宝's code. */
export interface Problem {
  readonly code: number;
  readonly message: string;
}

/** Tells a "no" from anything else. */
export function isProblem(value: object): value is Problem {
  return 'code' in value && 'message' in value;
}

/** The signer whose turn it is: the lowest order that has not signed; undefined when nobody is left or the flow is not open. */
export function whoseTurn(flow: Flow): Signer | undefined {
  if (flow.status !== 1) return undefined;
  return flow.signers.filter(({ status }) => status === 0 || status === 1).sort((one, other) => one.signOrder - other.signOrder)[0];
}

/** Opens a draft for signing. */
export function start(flow: Flow, now: number): Step | Problem {
  if (flow.status !== 0) return { code: 1437112, message: '非草稿状态的流程不允许开启' };
  if (flow.signers.length === 0) return { code: 1435011, message: '流程自动开启的场景文档和签署人信息不能为空' };
  return { flow: { ...flow, status: 1, startedAt: now }, notices: [] };
}

/** The signer whose turn it is signs or refuses; a refusal ends the flow, the last signature completes it when it finishes by itself. */
export function sign(flow: Flow, signer: Signer, { behaviour, now }: { readonly behaviour: 'signs' | 'refuses'; readonly now: number }): Step {
  const isSigned = behaviour === 'signs';
  const acted: Signer = { ...signer, status: isSigned ? 2 : 4, operateTime: now };
  const signers = flow.signers.map((known) => (known === signer ? acted : known));
  const after: Flow = { ...flow, signers };
  const notices = [missionNotice(flow, acted, now)];
  if (!isSigned) return withEnd({ flow: { ...after, status: 7, finishedAt: now, reason: REFUSAL }, notices }, now);
  if (signers.some(({ status }) => status !== 2) || !flow.autoFinish) return { flow: after, notices };
  return withEnd({ flow: { ...after, status: 2, finishedAt: now }, notices }, now);
}

/** Completes a flow whose signers have all signed. */
export function finish(flow: Flow, now: number): Step | Problem {
  if (flow.status === 2) return { code: 1437136, message: '流程已归档' };
  if (flow.status !== 1) return { code: 1437112, message: '非开启状态不允许归档流程' };
  if (whoseTurn(flow)) return { code: 1437113, message: '签署区没有全部完成' };
  return withEnd({ flow: { ...flow, status: 2, finishedAt: now }, notices: [] }, now);
}

/** Calls a flow off while it is being signed. */
export function revoke(flow: Flow, reason: string, now: number): Step | Problem {
  if (flow.status === 3) return { code: 1437168, message: '流程已撤销' };
  if (flow.status !== 1) return { code: 1437203, message: '非签署中的流程不允许撤销' };
  return withEnd({ flow: { ...flow, status: 3, finishedAt: now, reason }, notices: [] }, now);
}

/** Ends a flow that nobody finished in time; undefined when it is not due. */
export function expire(flow: Flow, now: number): Step | undefined {
  if (flow.status !== 1 || flow.expiresAt > now) return undefined;
  return withEnd({ flow: { ...flow, status: 5, finishedAt: now, reason: '签署截止时间已过' }, notices: [] }, now);
}

const REFUSAL = '签署人拒绝签署';
const STATUS_WORDS: Readonly<Record<FlowStatus, string>> = { 0: '草稿', 1: '签署中', 2: '完成', 3: '撤销', 5: '过期', 7: '拒签' };

/** The status as a person says it. */
export function statusWord(status: FlowStatus): string {
  return STATUS_WORDS[status];
}

function withEnd({ flow, notices }: Step, now: number): Step {
  const end: Notice = {
    action: 'SIGN_FLOW_COMPLETE',
    timestamp: now,
    signFlowId: flow.id,
    signFlowTitle: flow.title,
    signFlowStatus: String(flow.status),
    statusDescription: flow.reason ?? statusWord(flow.status),
    signFlowCreateTime: flow.createdAt,
    signFlowStartTime: flow.startedAt,
    signFlowFinishTime: flow.finishedAt,
  };
  return { flow, notices: [...notices, end] };
}

function missionNotice(flow: Flow, signer: Signer, now: number): Notice {
  return {
    action: 'SIGN_MISSON_COMPLETE',
    timestamp: now,
    signFlowId: flow.id,
    customBizNum: [...new Set(signer.fields.flatMap(({ customBizNum }) => customBizNum ?? []))].join(','),
    signOrder: signer.signOrder,
    operateTime: now,
    signResult: signer.status,
    resultDescription: signer.status === 2 ? '签署完成' : REFUSAL,
    operator: { psnId: signer.psnId, psnAccount: { accountMobile: signer.psnAccount } },
    ...((signer.orgId ?? signer.orgName) && { organization: { orgId: signer.orgId, orgName: signer.orgName } }),
  };
}
