import { digestOfRows, type RebuiltViews, type ViewDigest } from '@order-mesh/gateway';
import type { History } from './history/history.ts';
import type { Snapshot } from './snapshot.ts';
import type { Offence } from './verdict.ts';

/** How the gateway's tables compare with what the messages alone make of them. */
export interface ViewComparison {
  readonly orders: number;
  readonly messages: number;
  /** Messages that were sent, and that Kafka does not have. */
  readonly lost: readonly Offence[];
  /** Rows that say something else. */
  readonly wrong: readonly Offence[];
}

interface Row {
  readonly order_id: string;
  readonly started_at: string | null;
  readonly status: string;
  readonly state: string;
  readonly goods: string | null;
  readonly approvals: string | null;
  readonly recorded: string | null;
  readonly pages: string | null;
}

const millis = (column: string): string => `(extract(epoch from recorded.${column}) * 1000)::bigint`;

const ROWS = `
  select order_view.order_id, extract(epoch from saga.started_at) * 1000 as started_at, order_view.status, order_view.state::text, order_view.goods::text,
         (select json_agg(json_build_object('status', status, 'state', state::text)) from gateway.approval where approval.order_id = order_view.order_id) as approvals,
         (select json_build_object('orderId', order_id, 'entryNo', entry_no, 'series', series, 'customerId', customer_id, 'customerName', customer_name, 'region', region,
                  'amount', amount::text, 'bookedAmount', booked_amount::text, 'agrees', agrees, 'saleOrderCode', sale_order_code, 'receivableCode', receivable_code,
                  'contractId', contract_id, 'waybill', waybill, 'placedAt', ${millis('placed_at')}, 'confirmedAt', ${millis('confirmed_at')}, 'recordedAt', ${millis('recorded_at')}, 'discount', discount::text)
            from gateway.confirmed_order recorded where recorded.order_id = order_view.order_id) as recorded,
         (select json_agg(entries) from gateway.timeline_page page where page.order_id = order_view.order_id) as pages
    from gateway.order_view left join order_orchestrator.saga using (order_id)`;

/** Compares order by order; one that is in flight, or whose first messages Kafka no longer keeps, is not judged. */
export async function compareViews(snapshot: Snapshot, history: History, rebuilt: RebuiltViews): Promise<ViewComparison> {
  const found = { orders: 0, messages: 0, lost: [] as Offence[], wrong: [] as Offence[] };
  const shown = new Set<string>();
  // a message that the gateway could not take is on Kafka and not in its view
  const buried = new Set((await snapshot.rows<{ readonly key: string }>(`select distinct key from messaging.dead_letter where participant = 'gateway' and reason = 'handler-failed'`)).map(({ key }) => key));
  for await (const rows of snapshot.stream<Row>(ROWS)) {
    for (const row of rows) {
      shown.add(row.order_id);
      if (buried.has(row.order_id) || !isJudged(history, row.order_id, row.started_at)) continue;
      const kept = digestOf(row);
      found.orders += 1;
      found.messages += kept.timeline.messages;
      compare(row.order_id, kept, rebuilt.digestOf(row.order_id), found);
    }
  }
  for (const orderId of rebuilt.orders) {
    if (shown.has(orderId) || buried.has(orderId) || history.completeSince > 0 || history.isInFlight(orderId)) continue;
    found.wrong.push({ subject: `order ${orderId}`, problem: 'has messages on Kafka, and the gateway does not know it' });
  }
  return found;
}

function isJudged({ completeSince, isInFlight, stories }: History, orderId: string, startedAt: string | null): boolean {
  if (isInFlight(orderId)) return false;
  if (completeSince === 0) return true;
  const types = stories.get(orderId)?.types ?? [];
  return Number(startedAt ?? 0) >= completeSince && (types.includes('OrderPlaced') || types.includes('OrderUnacceptable'));
}

function digestOf({ status, state, goods, approvals, recorded, pages }: Row): ViewDigest {
  return digestOfRows({ status, state, goods, recorded, approvals: approvals === null ? [] : JSON.parse(approvals), pages: pages === null ? [] : JSON.parse(pages) });
}

interface Sorted {
  readonly lost: Offence[];
  readonly wrong: Offence[];
}

function compare(orderId: string, kept: ViewDigest, wanted: ViewDigest | undefined, { lost, wrong }: Sorted): void {
  const subject = `order ${orderId}`;
  const onKafka = wanted?.timeline.messages ?? 0;
  const gone = kept.timeline.messages - onKafka;
  if (gone > 0) lost.push({ subject, problem: `${gone} of the ${kept.timeline.messages} messages in its timeline are neither on Kafka nor in the outbox` });
  else if (gone < 0) wrong.push({ subject, problem: `its timeline lacks ${-gone} of the ${onKafka} messages on Kafka` });
  if (!wanted || gone !== 0) return;
  const parts: readonly (readonly [string, boolean])[] = [
    ['state', kept.order !== wanted.order], ['lines or address', kept.goods !== wanted.goods], ['approvals', kept.approvals !== wanted.approvals],
    ['confirmed order', kept.recorded !== wanted.recorded], ['timeline', kept.timeline.high !== wanted.timeline.high || kept.timeline.low !== wanted.timeline.low],
  ];
  const differing = parts.filter(([, differs]) => differs).map(([part]) => part);
  if (differing.length > 0) wrong.push({ subject, problem: `its view is not what its messages make of it: ${differing.join(', ')}` });
}
