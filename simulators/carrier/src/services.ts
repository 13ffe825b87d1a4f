import type { Journal } from '@order-mesh/simulator';
import type { Book, Entry } from './book.ts';
import { isCollected, isServed, PRODUCTS, routeOf, type CarrierSettings, type Receiver, type Shipment } from './shipment.ts';

/** A JSON object as it came, not yet believed. */
export type Json = Readonly<Record<string, unknown>>;

/** What the services work with. */
export interface Office {
  readonly book: Book;
  readonly journal: Journal<Entry>;
  readonly settings: () => CarrierSettings;
  readonly now: () => number;
}

/** What is inside apiResultData. */
export type Result =
  | { readonly success: true; readonly errorCode: 'S0000'; readonly errorMsg: null; readonly msgData: Json }
  | { readonly success: false; readonly errorCode: string; readonly errorMsg: string; readonly msgData: null };

type Service = (office: Office, message: Json) => Result;

/** Every serviceCode that is answered. */
export const SERVICES: ReadonlyMap<string, Service> = new Map([
  ['EXP_RECE_CREATE_ORDER', createOrder],
  ['EXP_RECE_UPDATE_ORDER', updateOrder],
  ['EXP_RECE_SEARCH_ORDER_RESP', searchOrder],
  ['EXP_RECE_SEARCH_ROUTES', searchRoutes],
]);

function createOrder({ book, journal, settings, now }: Office, message: Json): Result {
  const orderId = text(message['orderId']);
  if (!orderId) return no('1021', '客户订单号不能为空');
  const known = book.byOrder(orderId);
  if (known) return known.state === 'cancelled' ? no('8037', '该订单号已消单，不能重复使用') : yes(orderData(known));
  const contacts = list(message['contactInfoList']);
  const sender = contacts.find(({ contactType }) => Number(contactType) === 1) ?? {};
  const receiver = contacts.find(({ contactType }) => Number(contactType) === 2) ?? {};
  const problem = contactProblem(sender, SENDER_CODES) ?? contactProblem(receiver, RECEIVER_CODES);
  if (problem) return problem;
  const cargo = list(message['cargoDetails']).map(({ name }) => text(name));
  if (cargo.length === 0 || cargo.some((name) => !name)) return no('1023', '托寄物名称不能为空');
  // 1 is what is taken where none is named
  const expressTypeId = Number(message['expressTypeId'] ?? 1);
  if (!PRODUCTS.has(expressTypeId)) return no('6120', '快件产品类别不正确');
  const services = list(message['serviceList']);
  const problemOfServices = serviceProblem(services);
  if (problemOfServices) return problemOfServices;
  const place = placeOf(receiver);
  const served = isServed(place, settings());
  const shipment: Shipment = {
    orderId, state: served ? 'served' : 'refused', receiver: place, cargo, expressTypeId, ...insuredFor(services), createdAt: now(), ...(served && { waybillNo: book.nextWaybillNo() }),
  };
  journal.record({ shipment });
  return yes(orderData(shipment));
}

function updateOrder({ book, journal, settings, now }: Office, message: Json): Result {
  const orderId = text(message['orderId']);
  const shipment = book.byOrder(orderId);
  if (!shipment) return no('8024', '未下单');
  const done = yes({ orderId, waybillNoInfoList: waybills(shipment), resStatus: 2, extraInfoList: null });
  if (Number(message['dealType'] ?? 1) !== 2) return shipment.state === 'served' ? done : no('8037', '已消单');
  if (shipment.state !== 'served') return done;
  if (isCollected(shipment, settings(), now())) return no('8039', '快件已收取，不能取消');
  journal.record({ shipment: { ...shipment, state: 'cancelled', cancelledAt: now() } });
  return done;
}

function searchOrder({ book }: Office, message: Json): Result {
  const shipment = book.byOrder(text(message['orderId']));
  return shipment ? yes(orderData(shipment)) : no('8024', '未下单');
}

function searchRoutes({ book, settings, now }: Office, message: Json): Result {
  const wanted: unknown = message['trackingNumber'];
  const numbers = Array.isArray(wanted) ? wanted.map(text) : text(wanted).split(',');
  const byOrder = Number(message['trackingType'] ?? 1) === 2;
  const routeResps = numbers.filter((number) => number !== '').map((number) => {
    const shipment = byOrder ? book.byOrder(number) : book.byWaybill(number);
    return { mailNo: shipment?.waybillNo ?? number, routes: shipment ? routeOf(shipment, settings(), now()) : [] };
  });
  return yes({ routeResps });
}

function orderData(shipment: Shipment): Json {
  return {
    orderId: shipment.orderId,
    originCode: '755',
    destCode: null,
    filterResult: shipment.state === 'refused' ? 3 : 2,
    remark: shipment.state === 'refused' ? '不可收派：收方超范围' : null,
    waybillNoInfoList: waybills(shipment),
    orderState: shipment.state,
  };
}

function waybills({ waybillNo }: Shipment): readonly Json[] {
  return waybillNo ? [{ waybillType: 1, waybillNo }] : [];
}

interface ContactCodes {
  readonly who: string;
  readonly address: string;
  readonly contact: string;
  readonly phone: string;
}

const SENDER_CODES: ContactCodes = { who: '寄件', address: '1010', contact: '1011', phone: '1012' };
const RECEIVER_CODES: ContactCodes = { who: '收件', address: '1014', contact: '1015', phone: '1016' };

function contactProblem(given: Json, codes: ContactCodes): Result | undefined {
  if (!text(given['address'])) return no(codes.address, `${codes.who}地址不能为空`);
  if (!text(given['contact']) && !text(given['company'])) return no(codes.contact, `${codes.who}联系人不能为空`);
  return text(given['mobile']) || text(given['tel']) ? undefined : no(codes.phone, `${codes.who}电话不能为空`);
}

const INSURE = 'INSURE';

function serviceProblem(services: readonly Json[]): Result | undefined {
  for (const { name, value } of services) {
    if (!text(name)) return no('6127', '增值服务名不能为空');
    if (text(name) !== INSURE) return no('6128', '增值服务名不合法');
    if (!(Number(text(value) || Number.NaN) > 0)) return no('6128', '保价声明价值不正确');
  }
  return undefined;
}

function insuredFor(services: readonly Json[]): Pick<Shipment, 'insuredFor'> {
  const insured = services.find(({ name }) => text(name) === INSURE);
  return insured ? { insuredFor: text(insured['value']) } : {};
}

function placeOf(given: Json): Receiver {
  const optional = (['company', 'country', 'province', 'city'] as const).flatMap((field) => (text(given[field]) ? [[field, text(given[field])]] : []));
  return { contact: text(given['contact']), address: text(given['address']), ...Object.fromEntries(optional) };
}

function yes(msgData: Json): Result {
  return { success: true, errorCode: 'S0000', errorMsg: null, msgData };
}

function no(errorCode: string, errorMsg: string): Result {
  return { success: false, errorCode, errorMsg, msgData: null };
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}

function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map((item: unknown) => (typeof item === 'object' && item !== null ? Object.fromEntries(Object.entries(item)) : {})) : [];
}
