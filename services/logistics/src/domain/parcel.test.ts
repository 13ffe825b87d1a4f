import fc from 'fast-check';
import { noteRoute, type Parcel, type RouteEvent } from './parcel.ts';

const booked: Parcel = { orderId: 'A1', carrier: '顺丰速运', waybill: 'SF1', state: 'booked', at: null };
const event = (state: RouteEvent['state'], at: number): RouteEvent => ({ state, at, place: '苏州', detail: state });
const told = ({ tell }: ReturnType<typeof noteRoute>) => tell.map(({ value: { state, at } }) => `${state}@${at}`);

it('tells each state once, however often and in whatever order it is shown', () => {
  const route = [event('on-its-way', 2), event('collected', 1), event('on-its-way', 3), event('delivered', 4)];
  const first = noteRoute(booked, route.slice(0, 3));
  expect(told(first)).toEqual(['collected@1', 'on-its-way@2']);
  const second = noteRoute(first.parcel, route);
  expect([told(second), second.parcel]).toEqual([['delivered@4'], { ...booked, state: 'delivered', at: 4 }]);
  expect(told(noteRoute(second.parcel, [...route, event('returned', 9)]))).toEqual([]);
});

it('puts what happened in one second in the order in which it can have', () => {
  expect(told(noteRoute(booked, [event('delivered', 1), event('on-its-way', 1), event('collected', 1)]))).toEqual(['collected@1', 'on-its-way@1', 'delivered@1']);
});

it('tells the same whether the route is shown at once or piece by piece', () => {
  const states = fc.constantFrom<RouteEvent['state']>('collected', 'on-its-way', 'out-for-delivery', 'delivered', 'returned');
  fc.assert(fc.property(fc.array(states, { maxLength: 8 }), fc.nat(8), (route, cut) => {
    const events = route.map((state, at) => event(state, at + 1));
    const begun = noteRoute(booked, events.slice(0, cut));
    expect([...told(begun), ...told(noteRoute(begun.parcel, events))]).toEqual(told(noteRoute(booked, events)));
  }));
});
