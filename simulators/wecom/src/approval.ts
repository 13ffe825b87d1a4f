import type { Template } from './template.ts';

/** 1 under way, 2 granted, 3 refused, 4 taken back, 6 taken back after it was granted, 7 deleted. */
export type ApprovalStatus = 1 | 2 | 3 | 4 | 6 | 7;

/** One person of a node: 1 still to decide, 2 agreed, 3 refused, 4 handed on. */
export interface Signer {
  readonly userid: string;
  readonly status: 1 | 2 | 3 | 4;
  readonly speech: string;
  /** Seconds since 1970; 0 while undecided. */
  readonly at: number;
}

/** A step of the way: attr 1 is done by any one of its people (或签), 2 by all (会签). */
export interface Node {
  readonly attr: 1 | 2;
  readonly signers: readonly Signer[];
}

/** An approval that somebody applied for. */
export interface Approval {
  readonly spNo: string;
  readonly templateId: string;
  readonly creator: string;
  readonly nodes: readonly Node[];
  readonly contents: readonly Readonly<Record<string, unknown>>[];
  readonly summary: readonly string[];
  readonly status: ApprovalStatus;
  /** Seconds since 1970. */
  readonly appliedAt: number;
}

/** What a person does with an approval. */
export interface Act {
  readonly userid: string;
  readonly act: 'approve' | 'reject' | 'transfer';
  readonly speech?: string;
  /** To whom it is handed on. */
  readonly to?: string;
}

/** What happened, as callbacks number it: 1 applied, 2 agreed, 3 refused, 4 handed on, 6 taken back, 8 taken back after it was granted. */
export type ChangeEvent = 1 | 2 | 3 | 4 | 6 | 8;

export interface Changed {
  readonly approval: Approval;
  readonly event: ChangeEvent;
}

/** Lets a person act; says in words why that can't be. */
export function act(approval: Approval, { userid, act: what, speech = '', to }: Act, at: number): Changed | string {
  if (approval.status !== 1) return `approval ${approval.spNo} is closed`;
  const index = approval.nodes.findIndex((node) => !isDone(node));
  const node = approval.nodes[index];
  if (!node?.signers.some((signer) => signer.userid === userid && signer.status === 1)) return `it is not ${userid}'s turn`;
  if (what === 'transfer' && !to) return 'name in "to" who is to decide instead';
  const status = what === 'approve' ? 2 : what === 'reject' ? 3 : 4;
  const decided = node.signers.map((signer): Signer => (signer.userid === userid && signer.status === 1 ? { userid, status, speech, at } : signer));
  const signers: readonly Signer[] = what === 'transfer' && to ? [...decided, { userid: to, status: 1, speech: '', at: 0 }] : decided;
  const nodes = approval.nodes.map((one, place) => (place === index ? { ...one, signers } : one));
  return { approval: { ...approval, nodes, status: statusOf(nodes) }, event: status };
}

/** The applicant takes it back, also after it was granted. */
export function takeBack(approval: Approval): Changed | string {
  if (approval.status === 1) return { approval: { ...approval, status: 4 }, event: 6 };
  return approval.status === 2 ? { approval: { ...approval, status: 6 }, event: 8 } : `approval ${approval.spNo} is closed`;
}

/** Who is to decide next; undefined when nobody is. */
export function whoseTurn({ status, nodes }: Approval): string | undefined {
  if (status !== 1) return undefined;
  return nodes.find((node) => !isDone(node))?.signers.find((signer) => signer.status === 1)?.userid;
}

const isRefused = ({ signers }: Node): boolean => signers.some(({ status }) => status === 3);

function isDone({ attr, signers }: Node): boolean {
  if (isRefused({ attr, signers })) return true;
  return attr === 1 ? signers.some(({ status }) => status === 2) : signers.every(({ status }) => status === 2 || status === 4);
}

function statusOf(nodes: readonly Node[]): ApprovalStatus {
  if (nodes.some(isRefused)) return 3;
  return nodes.every(isDone) ? 2 : 1;
}

const nodeStatus = (node: Node): number => (isRefused(node) ? 3 : isDone(node) ? 2 : 1);

/** As oa/getapprovaldetail shows it, every field with its title. */
export function detailOf({ spNo, templateId, creator, nodes, contents, status, appliedAt }: Approval, { name, controls }: Template): object {
  const titleOf = (id: unknown) => [{ text: controls.find((control) => control.id === id)?.title ?? '', lang: 'zh_CN' }];
  return {
    sp_no: spNo, sp_name: name, sp_status: status, template_id: templateId, apply_time: appliedAt, applyer: { userid: creator, partyid: '1' },
    sp_record: nodes.map((node) => ({
      sp_status: nodeStatus(node), approverattr: node.attr,
      details: node.signers.map((signer) => ({ approver: { userid: signer.userid }, speech: signer.speech, sp_status: signer.status, sptime: signer.at, media_id: [] })),
    })),
    notifyer: [], apply_data: { contents: contents.map((content) => ({ ...content, title: titleOf(content['id']) })) }, comments: [],
  };
}

/** As the event sys_approval_change tells it. */
export function changeXml({ approval, event }: Changed, { corpId, spName, at }: { readonly corpId: string; readonly spName: string; readonly at: number }): string {
  const records = approval.nodes.map((node) => `<SpRecord><SpStatus>${nodeStatus(node)}</SpStatus><ApproverAttr>${node.attr}</ApproverAttr>${node.signers.map((signer) => (
    `<Details><Approver><UserId>${cdata(signer.userid)}</UserId></Approver><Speech>${cdata(signer.speech)}</Speech><SpStatus>${signer.status}</SpStatus><SpTime>${signer.at}</SpTime></Details>`)).join('')}</SpRecord>`);
  return `<xml><ToUserName>${cdata(corpId)}</ToUserName><FromUserName>${cdata('sys')}</FromUserName><CreateTime>${Math.floor(at / 1_000)}</CreateTime><MsgType>${cdata('event')}</MsgType>`
    + `<Event>${cdata('sys_approval_change')}</Event><AgentID>3010040</AgentID><ApprovalInfo><SpNo>${approval.spNo}</SpNo><SpName>${cdata(spName)}</SpName><SpStatus>${approval.status}</SpStatus>`
    + `<TemplateId>${cdata(approval.templateId)}</TemplateId><ApplyTime>${approval.appliedAt}</ApplyTime><Applyer><UserId>${cdata(approval.creator)}</UserId><Party>${cdata('1')}</Party></Applyer>`
    + `${records.join('')}<StatuChangeEvent>${event}</StatuChangeEvent></ApprovalInfo></xml>`;
}

const cdata = (text: string): string => `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
