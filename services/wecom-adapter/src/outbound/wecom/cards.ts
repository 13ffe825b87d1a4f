import { minutes, type Clock } from '@order-mesh/kernel';
import { fieldOf, listOf, textOf, type CallResult, type Inquiry, type NotHeard, type PendingCall } from '@order-mesh/outbound';
import type { Reading } from '../../domain/card.ts';
import { summaryOf, type CardForm } from '../../domain/form.ts';
import type { CardOperations, ReadRequest } from '../card-desk.ts';
import type { WecomAnswer, WecomClient } from './client.ts';
import { seenIn } from './reading.ts';
import { contentsOf, taskOf, templateReader } from './template.ts';

export interface CardSettings {
  readonly templateId: string;
  /** The userid in whose name cards are applied for. */
  readonly applicant: string;
}

export interface CardMeans {
  readonly client: WecomClient;
  readonly clock: Clock;
  /** The tasks whose cards are recorded under these numbers, by number. */
  readonly recorded: (spNos: readonly string[]) => Promise<ReadonlyMap<string, string>>;
}

/** Clocks may differ so much. */
const SKEW = minutes(5);
const PAGE = 100;
const MOST_PAGES = 20;
const MOST_READ = 50;

/**
 * Approval cards of WeCom. An application has no key of ours, so one whose outcome is unknown is looked for among the cards of its time, by the task its field names. One that arrives after all
 * makes a second card of the same task: that decides nothing twice, since `approvals` settles a task once and whoever decides in vain is told.
 */
export function wecomCards({ templateId, applicant }: CardSettings, { client, clock, recorded }: CardMeans): CardOperations {
  const template = templateReader(client, templateId, clock);
  const detail = (spNo: string, signal: AbortSignal) => client.post('/oa/getapprovaldetail', { sp_no: spNo }, signal);

  async function apply({ request }: PendingCall<CardForm>, signal: AbortSignal): Promise<CallResult<string>> {
    // Nothing is applied for yet, so whatever fails here is surely not done
    const controls = await template(signal).catch((error: unknown): CallResult<never> => ({ type: 'unavailable', detail: String(error) }));
    if ('type' in controls) return controls;
    const answer = await client.post('/oa/applyevent', {
      creator_userid: applicant, template_id: templateId, use_template_approver: 0, approver: [{ attr: 1, userid: request.approvers }],
      apply_data: { contents: contentsOf(request, controls) }, summary_list: summaryOf(request).map((text) => ({ summary_info: [{ text, lang: 'zh_CN' }] })),
    }, signal);
    const spNo = answer.type === 'data' ? textOf(answer.data, 'sp_no') : '';
    if (answer.type === 'data') return spNo === '' ? { type: 'unknown', detail: 'WeCom gave no number' } : { type: 'answered', answer: spNo };
    return refusedBy(answer);
  }

  async function find({ request, askedAt }: PendingCall<CardForm>, signal: AbortSignal): Promise<Inquiry<string>> {
    const listed = await numbersSince(client, { templateId, applicant, from: askedAt - SKEW, to: clock.now() + SKEW }, signal);
    if ('type' in listed) return listed;
    const tasks = await recorded(listed);
    // Its callback may have told of it before our request was answered
    const own = listed.find((spNo) => tasks.get(spNo) === request.approvalId);
    if (own !== undefined) return { type: 'answered', answer: own };
    const candidates = listed.filter((spNo) => !tasks.has(spNo));
    for (const spNo of candidates.slice(-MOST_READ)) {
      const answer = await detail(spNo, signal);
      if (answer.type === 'unavailable' || answer.type === 'unknown') return answer;
      if (answer.type === 'data' && taskOf(fieldOf(answer.data, 'info')) === request.approvalId) return { type: 'answered', answer: spNo };
    }
    // More than one look can take: those others are recorded by the next
    return candidates.length > MOST_READ ? { type: 'unknown', detail: `${candidates.length} cards of this time are not recorded yet` } : { type: 'absent' };
  }

  async function read({ request: { spNo } }: PendingCall<ReadRequest>, signal: AbortSignal): Promise<CallResult<Reading>> {
    const answer = await detail(spNo, signal);
    if (answer.type !== 'data') return refusedBy(answer);
    const info = fieldOf(answer.data, 'info');
    const isOurs = textOf(info, 'template_id') === templateId && textOf(fieldOf(info, 'applyer'), 'userid') === applicant && taskOf(info) !== '';
    return isOurs ? { type: 'answered', answer: { approvalId: taskOf(info), spNo, seen: seenIn(info) } } : { type: 'refused', reason: 'not-ours', detail: `nobody applied for ${spNo} in our name` };
  }

  return {
    apply: { perform: ([call], signal) => each(call, (one) => apply(one, signal)), inquire: find },
    read: { kind: 'question', perform: ([call], signal) => each(call, (one) => read(one, signal)) },
  };
}

async function each<Request, Answer>(call: PendingCall<Request> | undefined, carryOut: (call: PendingCall<Request>) => Promise<CallResult<Answer>>): Promise<readonly CallResult<Answer>[]> {
  return call ? [await carryOut(call)] : [];
}

function refusedBy(answer: Exclude<WecomAnswer, { readonly type: 'data' }>): CallResult<never> {
  return answer.type === 'no' ? { type: 'refused', reason: 'refused-by-wecom', detail: `${answer.code} ${answer.message}` } : answer;
}

interface Search {
  readonly templateId: string;
  readonly applicant: string;
  readonly from: number;
  readonly to: number;
}

async function numbersSince(client: WecomClient, { templateId, applicant, from, to }: Search, signal: AbortSignal): Promise<readonly string[] | NotHeard> {
  const numbers: string[] = [];
  let cursor = '';
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await client.post('/oa/getapprovalinfo', {
      starttime: unix(from), endtime: unix(to), new_cursor: cursor, size: PAGE, filters: [{ key: 'template_id', value: templateId }, { key: 'creator', value: applicant }],
    }, signal);
    if (answer.type === 'no') return { type: 'unknown', detail: `${answer.code} ${answer.message}` };
    if (answer.type !== 'data') return answer;
    numbers.push(...listOf(answer.data, 'sp_no_list').map(String));
    cursor = textOf(answer.data, 'new_next_cursor');
    if (cursor === '') return numbers;
  }
  return { type: 'unknown', detail: `more than ${MOST_PAGES * PAGE} cards of this time` };
}

const unix = (at: number): string => String(Math.floor(at / 1_000));
