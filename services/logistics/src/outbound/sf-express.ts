import { fen, yuanFromFen, type Clock } from '@order-mesh/kernel';
import { BEGUN, fieldOf, textOf, type CallResult, type PendingCall } from '@order-mesh/outbound';
import { usualWay, type CarrierProduct } from '../domain/way.ts';
import type { Consignment } from '../usecases/ports.ts';
import type { CarrierOperations } from './carrier-desk.ts';
import { sfClient, type SfAccess, type SfAnswer } from './sf-client.ts';

export interface SfExpressSettings extends SfAccess {
  /** Account the freight is charged to. */
  readonly monthlyCard: string;
  readonly sender: Party;
}

/** Who sends or receives, as 丰桥 spells it. */
export interface Party {
  readonly company: string;
  readonly contact: string;
  readonly phone: string;
  readonly province: string;
  readonly city: string;
  readonly street: string;
}

type Booking = { readonly carrier: string; readonly waybill: string };

const CARRIER = '顺丰速运';
const NOT_ORDERED = new Set(['8018', '8024']);
const CALLED_OFF = '8037';
const COLLECTED = '8039';
const NOT_SERVED = '3';

/** 顺丰 丰桥. An order id used again gives the first waybill, so booking twice books once. */
export function sfExpress(settings: SfExpressSettings, clock: Clock): CarrierOperations {
  const client = sfClient(settings, clock);
  return {
    book: {
      kind: 'repeatable',
      perform: ([call], signal) => one(call, async ({ request }) => booked(await client.call('EXP_RECE_CREATE_ORDER', orderOf(request, settings), signal))),
    },
    'call-off': {
      kind: 'repeatable',
      priority: BEGUN,
      perform: ([call], signal) => one(call, async ({ orderId }) => calledOff(await client.call('EXP_RECE_UPDATE_ORDER', { orderId, dealType: 2, language: 'zh-CN' }, signal))),
    },
  };
}

async function one<Request, Answer>(call: PendingCall<Request> | undefined, carryOut: (call: PendingCall<Request>) => Promise<CallResult<Answer>>): Promise<readonly CallResult<Answer>[]> {
  return call ? [await carryOut(call)] : [];
}

function booked(answer: SfAnswer): CallResult<Booking> {
  if (answer.type === 'error') return { type: 'refused', reason: answer.code === CALLED_OFF ? 'called-off' : 'refused-by-carrier', detail: `${answer.code} ${answer.message}` };
  if (answer.type !== 'data') return answer;
  const waybill = waybillOf(answer.data);
  // A region the carrier does not serve is an ordinary answer with a verdict in it, not an error
  if (textOf(answer.data, 'filterResult') === NOT_SERVED) return { type: 'refused', reason: 'not-served', detail: textOf(answer.data, 'remark') || 'the carrier does not serve this address' };
  return waybill === '' ? { type: 'unknown', detail: 'the carrier gave no waybill' } : { type: 'answered', answer: { carrier: CARRIER, waybill } };
}

function calledOff(answer: SfAnswer): CallResult<null> {
  if (answer.type === 'data') return { type: 'answered', answer: null };
  if (answer.type !== 'error') return answer;
  if (answer.code === CALLED_OFF) return { type: 'answered', answer: null };
  const known = answer.code === COLLECTED ? 'already-collected' : 'refused-by-carrier';
  return { type: 'refused', reason: NOT_ORDERED.has(answer.code) ? 'unknown-order' : known, detail: `${answer.code} ${answer.message}` };
}

function waybillOf(data: unknown): string {
  const list = fieldOf(data, 'waybillNoInfoList');
  return Array.isArray(list) ? textOf(list[0], 'waybillNo') : '';
}

/** 快件产品类别表: what our words for a product are at 顺丰. */
const PRODUCTS: Readonly<Record<CarrierProduct, number>> = { express: 1, standard: 2, heavy: 154, freight: 155 };

function orderOf({ orderId, customerName, shipTo, goods, way = { ...usualWay, valueFen: '0' } }: Consignment, { monthlyCard, sender }: SfExpressSettings): object {
  const receiver = { company: customerName, contact: shipTo.contact, phone: shipTo.phone, province: shipTo.region, city: shipTo.city, street: shipTo.street };
  return {
    language: 'zh-CN',
    orderId,
    contactInfoList: [contactOf(1, sender), contactOf(2, receiver)],
    cargoDetails: goods.map(({ name, quantity, unit }) => ({ name, count: quantity, unit })),
    expressTypeId: PRODUCTS[way.product],
    ...(way.insured && { serviceList: [{ name: 'INSURE', value: yuanFromFen(fen(BigInt(way.valueFen))) }] }),
    payMethod: 1,
    monthlyCard,
    isReturnRoutelabel: 0,
  };
}

function contactOf(contactType: 1 | 2, { company, contact, phone, province, city, street }: Party): object {
  return { contactType, company, contact, tel: phone, country: 'CN', province, city, address: street };
}
