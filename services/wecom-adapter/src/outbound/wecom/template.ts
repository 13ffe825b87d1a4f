import { minutes, type Clock, type Instant } from '@order-mesh/kernel';
import { fieldOf, listOf, textOf, type CallResult } from '@order-mesh/outbound';
import type { CardForm } from '../../domain/form.ts';
import type { WecomClient } from './client.ts';

/** A field of the company's approval template. */
export interface Control {
  readonly control: string;
  readonly id: string;
  readonly title: string;
  readonly required: boolean;
}

export type NoTemplate = Extract<CallResult<never>, { readonly type: 'unavailable' | 'refused' }>;

/** The field that names our task: what a card is recognised by. */
export const TASK_TITLE = '审批编号';

/** What is filled in, by the title of the field as the administrator wrote it. */
const VALUES: ReadonlyMap<string, (form: CardForm) => string> = new Map([
  [TASK_TITLE, ({ approvalId }) => approvalId],
  ['订单号', ({ orderId }) => orderId],
  ['客户', ({ customerId }) => customerId],
  ['地区', ({ region }) => region],
  ['金额', ({ amountYuan }) => amountYuan],
  ['原因', ({ reason }) => reason],
  ['说明', ({ evidence }) => evidence],
  ['截止时间', ({ deadline }) => deadline],
]);
const FILLABLE = new Set(['Text', 'Textarea', 'Money']);
const KEPT_FOR = minutes(10);

/** Reads the template's fields, and keeps them for ten minutes. */
export function templateReader(client: WecomClient, templateId: string, clock: Clock): (signal: AbortSignal) => Promise<readonly Control[] | NoTemplate> {
  let kept: { readonly controls: readonly Control[]; readonly until: Instant } | undefined;
  return async (signal) => {
    if (kept && kept.until > clock.now()) return kept.controls;
    const answer = await client.post('/oa/gettemplatedetail', { template_id: templateId }, signal);
    if (answer.type === 'no') return { type: 'refused', reason: 'no-template', detail: `WECOM_TEMPLATE_ID ${templateId}: ${answer.code} ${answer.message}` };
    if (answer.type !== 'data') return { type: 'unavailable', detail: answer.detail };
    const controls = listOf(fieldOf(answer.data, 'template_content'), 'controls').map(controlOf);
    const problem = problemIn(controls);
    if (problem !== undefined) return { type: 'refused', reason: 'unfit-template', detail: problem };
    kept = { controls, until: clock.now() + KEPT_FOR };
    return controls;
  };
}

function controlOf(given: unknown): Control {
  const property = fieldOf(given, 'property');
  const [title] = listOf(property, 'title');
  return { control: textOf(property, 'control'), id: textOf(property, 'id'), title: textOf(title, 'text'), required: textOf(property, 'require') === '1' };
}

function problemIn(controls: readonly Control[]): string | undefined {
  if (!controls.some(({ title, control }) => title === TASK_TITLE && control === 'Text')) return `the approval template needs a one-line text field called ${TASK_TITLE}`;
  const unfilled = controls.find((control) => control.required && !isFilled(control));
  return unfilled && `the approval template requires ${unfilled.title} (${unfilled.control}), which nobody can fill in: make it optional`;
}

const isFilled = ({ title, control }: Control): boolean => VALUES.has(title) && FILLABLE.has(control);

/** A card's fields as applyevent takes them. */
export function contentsOf(form: CardForm, controls: readonly Control[]): readonly object[] {
  return controls.filter(isFilled).map(({ control, id, title }) => {
    const text = VALUES.get(title)?.(form) ?? '';
    return { control, id, value: control === 'Money' ? { new_money: text } : { text } };
  });
}

/** The task a card names. */
export function taskOf(info: unknown): string {
  const contents = listOf(fieldOf(info, 'apply_data'), 'contents');
  const field = contents.find((content) => listOf(content, 'title').some((title) => textOf(title, 'text') === TASK_TITLE));
  return textOf(fieldOf(field, 'value'), 'text');
}
