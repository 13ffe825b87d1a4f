import type { CaseOpened, PartnerStateChanged, ReplenishmentSuggested } from '@order-mesh/contracts';
import type { Instant } from '@order-mesh/kernel';
import { beijingTime } from './words.ts';

/** Something the people who look after the mesh are to know; one key is told once. */
export interface Alert {
  readonly key: string;
  readonly line: string;
  readonly at: Instant;
}

/** With what rules are told about it: whether anybody is told, and who. */
export interface Raised extends Alert {
  readonly about: Partial<About> & Pick<About, 'kind'>;
}

interface About {
  readonly kind: 'case' | 'partner' | 'letter' | 'card' | 'replenishment';
  readonly reason: string;
  readonly step: string;
  readonly system: string;
  readonly service: string;
  readonly waiting: number;
  readonly sku: string;
  readonly quantity: number;
  readonly amount: bigint;
}

/** What rules are told of a fact that a kind does not have. */
export const NOTHING_ELSE: Omit<About, 'kind'> = { reason: '', step: '', system: '', service: '', waiting: 0, sku: '', quantity: 0, amount: 0n };

export const caseKey = ({ orderId, opening }: { readonly orderId: string; readonly opening: number }): string => `case/${orderId}/${opening}`;

/** An order that needs a person. */
export function alertOfCase(opened: CaseOpened): Raised {
  const { orderId, step, reason, detail, owner, at, dueAt } = opened;
  return { key: caseKey(opened), at, about: { kind: 'case', step, reason }, line: `【待人工处理】订单 ${orderId}：${step} ${reason}，${detail}。负责 ${owner}，截止 ${beijingTime(dueAt)}` };
}

/** A system outside that cannot be reached, or is reached again. */
export function alertOfPartner({ service, system, state, detail, callsWaiting, at }: PartnerStateChanged): Raised {
  const said = state === 'away' ? `${service} 无法使用 ${system}（${detail}），${callsWaiting} 个请求在等待` : `${service} 已恢复使用 ${system}`;
  return { key: `partner/${service}/${system}/${at}`, at, about: { kind: 'partner', reason: state, system, service, waiting: callsWaiting }, line: `【外部系统】${beijingTime(at)} ${said}` };
}

/** A record that a service could not take. */
export interface DeadLetter {
  readonly id: string;
  readonly service: string;
  readonly type: string | null;
  readonly orderId: string | null;
  readonly reason: string;
  readonly at: Instant;
}

export function alertOfLetter({ id, service, type, orderId, reason, at }: DeadLetter): Raised {
  return { key: `letter/${id}`, at, about: { kind: 'letter', reason, service }, line: `【死信】${service} 无法处理 ${type ?? '一条消息'}${orderId === null ? '' : `（订单 ${orderId}）`}：${reason}，编号 ${id}` };
}

/** Stock fell under its safety level. */
export function alertOfReplenishment({ sku, warehouse, free, safetyStock, suggested, causedBy }: ReplenishmentSuggested, at: Instant): Raised {
  const line = `【补货建议】${sku}（仓库 ${warehouse}）可用 ${free}，安全库存 ${safetyStock}，建议采购 ${suggested}`;
  return { key: `replenishment/${warehouse}/${sku}/${causedBy}`, at, line, about: { kind: 'replenishment', sku, quantity: suggested } };
}

const MOST_LINES = 15;
/** WeCom takes 2,048 bytes; kept below for the heading and the last line. */
const MOST_BYTES = 1_800;
const LONGEST_LINE = 160;

/** One message about all of it, to a role by its name or to those who look after the mesh: whole lines, as many as fit, and how many more there are. */
export function digestOf(alerts: readonly Alert[], toWhom = ''): string {
  const lines: string[] = [];
  let bytes = 0;
  for (const { line } of alerts) {
    const shown = `${lines.length + 1}. ${shortened(line)}`;
    bytes += Buffer.byteLength(shown) + 1;
    if (lines.length === MOST_LINES || bytes > MOST_BYTES) break;
    lines.push(shown);
  }
  const left = alerts.length - lines.length;
  return [`订单平台提醒（${toWhom === '' ? '' : `${toWhom}，`}${alerts.length} 项）`, ...lines, ...(left > 0 ? [`另有 ${left} 项，请到订单平台查看。`] : [])].join('\n');
}

const shortened = (line: string): string => ([...line].length > LONGEST_LINE ? `${[...line].slice(0, LONGEST_LINE - 1).join('')}…` : line);
