import { isServed, routeOf, USUAL_SETTINGS, type Shipment } from './shipment.ts';

const ordered = Date.parse('2026-11-24T08:00:00+08:00');
const shipment: Shipment = { orderId: 'O-1', state: 'served', waybillNo: 'SF1', receiver: { contact: '张静', province: '广东', address: '广州中山路1号' }, cargo: ['礼品'], createdAt: ordered };
const hours = (count: number) => ordered + count * 3_600_000;

describe('a parcel on its way', () => {
  it('goes to provinces, not abroad', () => {
    expect(isServed({ contact: '张静', province: '广东', address: '广州中山路1号' }, USUAL_SETTINGS)).toBe(true);
    expect(isServed({ contact: '张静', province: '海外', address: '中山路664号' }, USUAL_SETTINGS)).toBe(false);
    expect(isServed({ contact: '张静', address: '海外中山路664号' }, USUAL_SETTINGS)).toBe(false);
    expect(isServed({ contact: 'J. Smith', country: 'GB', address: '1 High Street' }, USUAL_SETTINGS)).toBe(false);
  });

  it('is fetched after an hour and handed over after a day', () => {
    const seen = (now: number) => routeOf(shipment, USUAL_SETTINGS, now).map(({ opCode, acceptTime }) => [opCode, acceptTime]);
    expect(seen(hours(0.9))).toEqual([]);
    expect(seen(hours(1))).toEqual([['50', '2026-11-24 09:00:00']]);
    expect(seen(hours(24)).at(-1)).toEqual(['80', '2026-11-25 08:00:00']);
    expect(routeOf({ ...shipment, state: 'cancelled' }, USUAL_SETTINGS, hours(24))).toEqual([]);
  });
});
