import type { Clock, Instant } from '@order-mesh/kernel';
import { listOf, textOf, type CallResult, type PartnerQuestion } from '@order-mesh/outbound';
import type { ParcelState, RouteEvent } from '../domain/parcel.ts';
import type { WhereIs } from './tracking-desk.ts';
import { sfClient, type SfAccess, type SfAnswer } from './sf-client.ts';

const BY_WAYBILL = 1;
/** 丰桥 takes so many waybills in one question. */
const AT_ONCE = 10;

// 50, 30 and 80 as documented in public; the others are assumed from what SF's own pages show
const STATES: ReadonlyMap<string, ParcelState> = new Map([
  ['50', 'collected'], ['30', 'on-its-way'], ['31', 'on-its-way'], ['36', 'on-its-way'], ['44', 'out-for-delivery'], ['80', 'delivered'], ['8000', 'delivered'], ['648', 'returned'], ['99', 'returned'],
]);

/** Asks 顺丰 丰桥 for the routes of waybills (EXP_RECE_SEARCH_ROUTES). A code that is not known here is passed over. */
export function sfRoutes(access: SfAccess, clock: Clock): PartnerQuestion<WhereIs, readonly RouteEvent[]> {
  const client = sfClient(access, clock);
  return {
    kind: 'question',
    batchSize: AT_ONCE,
    async perform(calls, signal) {
      const waybills = calls.map(({ request: { waybill } }) => waybill);
      const answer = await client.call('EXP_RECE_SEARCH_ROUTES', { language: 'zh-CN', trackingType: BY_WAYBILL, trackingNumber: waybills, methodType: 1 }, signal);
      const routes = answer.type === 'data' ? routesIn(answer.data) : null;
      return waybills.map((waybill) => routes?.get(waybill) ?? otherwise(answer));
    },
  };
}

function otherwise(answer: SfAnswer): CallResult<never> {
  switch (answer.type) {
    case 'data': return { type: 'unknown', detail: 'the carrier left this waybill out of its answer' };
    case 'error': return { type: 'refused', reason: 'refused-by-carrier', detail: `${answer.code} ${answer.message}` };
    default: return answer;
  }
}

function routesIn(data: unknown): ReadonlyMap<string, CallResult<readonly RouteEvent[]>> {
  return new Map(listOf(data, 'routeResps').map((route) => [textOf(route, 'mailNo'), { type: 'answered', answer: listOf(route, 'routes').flatMap(eventIn) }]));
}

function eventIn(shown: unknown): readonly RouteEvent[] {
  const state = STATES.get(textOf(shown, 'opCode'));
  const at = momentIn(textOf(shown, 'acceptTime'));
  return state && at !== null ? [{ state, at, place: textOf(shown, 'acceptAddress'), detail: textOf(shown, 'remark') }] : [];
}

/** SF tells Beijing time without a zone: 2026-06-01 12:00:00. */
function momentIn(text: string): Instant | null {
  const at = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text) ? Date.parse(`${text.replace(' ', 'T')}+08:00`) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}
