import type { OrderDraft } from '../domain/order-request.ts';
import { desk, heard, placed } from '../../test/scene.ts';
import { placeOrders, type PlaceRequest } from './place-orders.ts';
import { projectMessages } from './project-messages.ts';

const draft = (changes: Partial<OrderDraft> = {}): OrderDraft => {
  const { placedAt: _, ...order } = placed({ source: 'webshop' });
  return { ...order, ...changes };
};
const request = (key: string, changes: Partial<OrderDraft> = {}): PlaceRequest => ({ key, order: draft(changes), trace: {} });

function shop() {
  const { ports, views, sent, unit } = desk();
  return {
    views, ports,
    sent: () => sent.map(({ message }) => `${message.type} ${'orderId' in message.value ? message.value.orderId : ''}`),
    causes: () => sent.map(({ cause }) => cause.id),
    placed: async (...requests: readonly PlaceRequest[]) => (await placeOrders(ports)(requests, unit(5_000))).map((one) => (
      one.type === 'answered' ? `${typeof one.answer === 'object' && one.answer !== null && 'type' in one.answer ? String(one.answer.type) : ''}${one.replayed ? ' replayed' : ''}` : one.type)),
    hears: (...all: readonly Parameters<ReturnType<typeof projectMessages>>[0][number][]) => projectMessages(ports)(all, unit(6_000)),
  };
}

describe('placing an order', () => {
  it('sends it, and shows it before its message comes back', async () => {
    const { placed: place, sent, views } = shop();
    expect(await place(request('k1'))).toEqual(['accepted']);
    expect(sent()).toEqual(['OrderPlaced O1']);
    expect(views.orders.get('O1')?.placement).toMatchObject({ source: 'webshop', placedAt: 5_000 });
  });

  it('gives the same answer to the same key and body, and sends nothing again', async () => {
    const { placed: place, sent } = shop();
    expect(await place(request('k1'), request('k1'))).toEqual(['accepted', 'accepted replayed']);
    expect(await place(request('k1'))).toEqual(['accepted replayed']);
    expect(sent()).toEqual(['OrderPlaced O1']);
  });

  it('refuses a key that was used for another body', async () => {
    const { placed: place, sent } = shop();
    await place(request('k1'));
    expect(await place(request('k1', { orderId: 'O2' }))).toEqual(['key-reused']);
    expect(await place(request('k1', { region: '华北' }))).toEqual(['key-reused']);
    expect(sent()).toEqual(['OrderPlaced O1']);
  });

  it('knows an order that was placed before, under whatever key and by whomever', async () => {
    const { placed: place, hears, sent } = shop();
    await hears(heard('OrderPlaced', { value: { orderId: 'O9' }, key: 'O9' }));
    expect(await place(request('k1'), request('k2'), request('k9', { orderId: 'O9' }))).toEqual(['accepted', 'known', 'known']);
    expect(await place(request('k2'))).toEqual(['known replayed']);
    expect(sent()).toEqual(['OrderPlaced O1']);
  });

  it('refuses an order of the same number with other content', async () => {
    const { placed: place, sent } = shop();
    const other = { lines: draft().lines.map((line) => ({ ...line, quantity: 3 })) };
    expect(await place(request('k1'), request('k2', other))).toEqual(['accepted', 'different']);
    expect(await place(request('k2', other))).toEqual(['different replayed']);
    expect(sent()).toEqual(['OrderPlaced O1']);
  });

  it('changes nothing more when its own message comes back', async () => {
    const { placed: place, hears, views } = shop();
    await place(request('k1'));
    const before = views.orders.get('O1');
    await hears(heard('OrderPlaced', { at: 5_000, value: { ...draft(), placedAt: 5_000 } }));
    expect(views.orders.get('O1')).toEqual(before);
    expect(views.entries.size).toBe(1);
  });

  it('names its message by the order, so that repeating the batch repeats the same message', async () => {
    const { placed: place, causes } = shop();
    await place(request('k1'));
    expect(causes()).toEqual(['http/orders/O1']);
  });
});
