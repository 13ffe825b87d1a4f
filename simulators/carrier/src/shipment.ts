/** Where a parcel goes; kept without a phone number. */
export interface Receiver {
  readonly contact: string;
  readonly company?: string;
  readonly country?: string;
  readonly province?: string;
  readonly city?: string;
  readonly address: string;
}

/** What a customer ordered under one orderId: served with a waybill, refused because nobody goes there, or called off. */
export interface Shipment {
  readonly orderId: string;
  readonly state: 'served' | 'refused' | 'cancelled';
  /** Missing when refused. */
  readonly waybillNo?: string;
  readonly receiver: Receiver;
  readonly cargo: readonly string[];
  /** 快件产品类别. Missing in what was kept before it was looked at. */
  readonly expressTypeId?: number;
  /** What it is insured for, in yuan; missing when it is not. */
  readonly insuredFor?: string;
  readonly createdAt: number;
  readonly cancelledAt?: number;
}

/** 快件产品类别表, the part for goods within the country: what a customer may have agreed on. */
export const PRODUCTS: ReadonlyMap<number, string> = new Map([[1, '顺丰特快'], [2, '顺丰标快'], [6, '顺丰即日'], [112, '顺丰空配'], [154, '重货包裹'], [155, '标准零担'], [231, '陆运包裹']]);

/** How the carrier works. */
export interface CarrierSettings {
  /** Words in a receiver's country, province, city or address that name a place nobody goes to. */
  readonly unservedRegions: readonly string[];
  /** How long after the order the parcel is fetched; from then on it can't be called off. */
  readonly collectAfterMs: number;
  /** How long after the order the parcel is handed over. */
  readonly deliverAfterMs: number;
}

export const USUAL_SETTINGS: CarrierSettings = { unservedRegions: ['海外'], collectAfterMs: 3_600_000, deliverAfterMs: 86_400_000 };

const HOME = new Set(['', 'CN', '中国', '86']);

/** Whether the carrier goes to a receiver. */
export function isServed({ country = '', province = '', city = '', address }: Receiver, { unservedRegions }: CarrierSettings): boolean {
  if (!HOME.has(country)) return false;
  return !unservedRegions.some((region) => [province, city, address].some((place) => place.includes(region)));
}

/** Whether the parcel has been fetched. */
export function isCollected({ createdAt }: Shipment, { collectAfterMs }: CarrierSettings, now: number): boolean {
  return now >= createdAt + collectAfterMs;
}

/** Something that happened to a parcel, as the carrier shows it. */
export interface RouteEvent {
  readonly acceptTime: string;
  readonly acceptAddress: string;
  readonly opCode: string;
  readonly remark: string;
}

/** What has happened to a parcel up to now, the oldest first: fetched 50, on its way 30, handed over 80. */
export function routeOf(shipment: Shipment, settings: CarrierSettings, now: number): readonly RouteEvent[] {
  if (shipment.state !== 'served') return [];
  const { collectAfterMs, deliverAfterMs } = settings;
  const place = shipment.receiver.city ?? shipment.receiver.province ?? '';
  const plan = [
    { after: collectAfterMs, opCode: '50', remark: '顺丰速运 已收取快件', acceptAddress: '发货地' },
    { after: (collectAfterMs + deliverAfterMs) / 2, opCode: '30', remark: '快件在【中转场】完成分拣，准备发往下一站', acceptAddress: '中转场' },
    { after: deliverAfterMs, opCode: '80', remark: '已签收，感谢使用顺丰，期待再次为您服务', acceptAddress: place },
  ];
  const happened = plan.filter(({ after }) => shipment.createdAt + after <= now);
  return happened.map(({ after, ...event }) => ({ ...event, acceptTime: shanghaiTime(shipment.createdAt + after) }));
}

function shanghaiTime(instant: number): string {
  return new Date(instant + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
}
