import colors from 'picocolors';
import { fen, type Instant } from '@order-mesh/kernel';
import { hasEnded, type Order } from '../gateway/order.ts';
import { shownYuan } from '../show/money.ts';
import { shownDuration } from '../show/time.ts';
import { fit } from '../show/text.ts';

/** An order on the board; `order` is null until the mesh shows it. */
export interface Tracked {
  readonly number: string;
  readonly orderId: string;
  readonly activatedAt: Instant;
  readonly order: Order | null;
}

const STEPS = ['credit', 'stock', 'contract', 'logistics', 'finance'] as const;

/** What happens at the moment: a line of counts, then one line for each order under way, the oldest first, at most `rows` lines. */
export function boardLines(tracked: readonly Tracked[], now: Instant, rows: number): readonly string[] {
  const open = tracked.filter(({ order }) => !order || !hasEnded(order));
  const shown = open.length > rows - 1 ? open.slice(0, rows - 2) : open;
  const hidden = open.length - shown.length;
  return [countLine(tracked), ...shown.map((one) => openLine(one, now)), ...(hidden > 0 ? [colors.dim(`  and ${hidden} more under way`)] : [])];
}

function countLine(tracked: readonly Tracked[]): string {
  const ended = tracked.flatMap(({ order }) => (order && hasEnded(order) ? [order] : []));
  const confirmed = ended.filter(({ status }) => status === 'confirmed').length;
  return colors.bold(`${ended.length} of ${tracked.length} orders ended: ${confirmed} confirmed, ${ended.length - confirmed} not`);
}

function openLine({ number, order, activatedAt }: Tracked, now: Instant): string {
  const customer = fit(order?.customerName ?? '', 20);
  return `  ${fit(number, 10)} ${customer} ${stepsLine(order)} ${colors.dim(shownDuration(now - activatedAt).padStart(8))}`;
}

/** The five steps in a row: done, at hand (in brackets), still to come; an arrow back while they are undone. */
function stepsLine(order: Order | null): string {
  if (!order) return fit('on its way from Salesforce', 60);
  if (order.step === 'waiting-for-approval') return fit(`waits for the regional manager: ${order.reason ?? ''}`, 60);
  const at = STEPS.findIndex((step) => step === order.step);
  const line = STEPS.map((step, index) => (index === at ? `[${step}]` : index < at ? `${step} ✓` : step)).join(' ');
  return fit(order.status === 'undoing' ? `undoing ${order.step ?? ''} ← ${order.reason ?? ''}` : line, 60);
}

/** How one order ended, in one line. */
export function endLine({ number, order }: Tracked): string {
  if (!order) return `${number} was never shown by the mesh`;
  const amount = order.amountFen === null ? '' : `${shownYuan(fen(BigInt(order.amountFen)))} yuan`;
  const took = order.leadTimeMs === null ? '' : shownDuration(order.leadTimeMs);
  return `${MARKS[order.status]} ${fit(number, 10)} ${fit(order.customerName, 20)} ${amount.padStart(16)} ${took.padStart(8)}  ${endingOf(order)}`;
}

const MARKS: Readonly<Record<Order['status'], string>> = {
  confirmed: colors.green('✔'), rejected: colors.yellow('✘'), cancelled: colors.yellow('✘'), manual: colors.red('!'), running: ' ', undoing: ' ',
};

function endingOf({ status, step, detail, reason }: Order): string {
  if (status === 'confirmed') return 'confirmed';
  return `${status}${step === null ? '' : ` by ${step}`}: ${detail ?? reason ?? 'no reason given'}`;
}
