import fc from 'fast-check';
import type { DecisionRecord } from '@order-mesh/rules';
import { cancelDelivery, noteBooked, noteCalledOff, noteRecalled, planDelivery, type Booked, type CalledOff, type Shipment, type Step } from './shipment.ts';

/** One order and its carrier, who books at most once and is asked at most one thing at a time. */
interface World {
  readonly shipment: Shipment | undefined;
  readonly waiting: readonly ('book' | 'call-off')[];
  readonly isBooked: boolean;
  readonly bookings: number;
  readonly told: readonly string[];
}

type Event =
  | { readonly do: 'plan' | 'cancel' }
  | { readonly do: 'answer'; readonly booked: Booked; readonly calledOff: CalledOff; readonly reachedFirst: boolean };

const ANSWERED: Booked = { type: 'answered', answer: { carrier: 'SF', waybill: 'W1' } };
const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ do: fc.constantFrom('plan' as const, 'cancel' as const) }),
  fc.record({
    do: fc.constant('answer' as const),
    booked: fc.constantFrom<Booked>(ANSWERED, { type: 'refused', reason: 'not-served', detail: '' }, { type: 'failed', detail: '', surelyNotDone: true }, { type: 'failed', detail: '', surelyNotDone: false }),
    calledOff: fc.constantFrom<CalledOff>({ type: 'answered' }, { type: 'failed', detail: '' }, { type: 'refused', reason: 'already-collected', detail: '' }),
    reachedFirst: fc.boolean(),
  }),
);

const decide = (): DecisionRecord => ({ facts: {}, moment: { now: 0, placedAt: 0 }, said: { product: 'standard', insured: false }, rule: 'standard', hash: 'aa' });

function live(world: World, one: Event): World {
  if (one.do !== 'answer') return after(world, one.do === 'plan' ? planDelivery(world.shipment, 'A1', decide) : cancelDelivery(world.shipment, 'A1'));
  const [question, ...waiting] = world.waiting;
  if (!question || !world.shipment) return world;
  if (question === 'book') {
    const isBooked = one.booked.type === 'answered' || (one.booked.type === 'failed' && !one.booked.surelyNotDone && one.reachedFirst);
    return after({ ...world, waiting, isBooked, bookings: world.bookings + Number(isBooked) }, noteBooked(world.shipment, one.booked));
  }
  return after({ ...world, waiting, isBooked: world.isBooked && one.calledOff.type !== 'answered' }, noteCalledOff(world.shipment, one.calledOff));
}

function after(world: World, { shipment, tell, ask }: Step): World {
  const waiting = ask === 'book' || ask === 'call-off' ? [...world.waiting, ask] : world.waiting;
  return { ...world, shipment, waiting, told: tell ? [...world.told, tell.type] : world.told };
}

const story = (events: readonly Event[]): World => events.reduce(live, { shipment: undefined, waiting: [], isBooked: false, bookings: 0, told: [] });

describe('laws of a shipment', () => {
  it('books at most once, whatever is asked in whatever order', () => {
    fc.assert(fc.property(fc.array(event, { maxLength: 30 }), (events) => {
      expect(story(events).bookings).toBeLessThanOrEqual(1);
    }));
  });

  it('tells "cancelled" only when nothing is booked', () => {
    fc.assert(fc.property(fc.array(event, { maxLength: 30 }), (events) => {
      const world = story(events);
      if (world.told.at(-1) === 'DeliveryCancelled') expect([world.isBooked, world.waiting]).toEqual([false, []]);
    }));
  });

  it('never tells "planned" after "cancelled"', () => {
    fc.assert(fc.property(fc.array(event, { maxLength: 30 }), (events) => {
      const { told } = story(events);
      expect(told.indexOf('DeliveryCancelled') >= 0 && told.lastIndexOf('DeliveryPlanned') > told.indexOf('DeliveryCancelled')).toBe(false);
    }));
  });

  it('travels as was decided when it was planned first, at every stage', () => {
    fc.assert(fc.property(fc.array(event, { maxLength: 30 }), (events) => {
      const { shipment } = story([{ do: 'plan' }, ...events]);
      expect(shipment?.record).toEqual(decide());
    }));
  });

  it('answers a cancelling in the end, once the carrier has answered what it was asked', () => {
    fc.assert(fc.property(fc.array(event, { maxLength: 20 }), (events) => {
      const off: Event = { do: 'answer', booked: ANSWERED, calledOff: { type: 'answered' }, reachedFirst: true };
      const world = story([...events, { do: 'cancel' }, off, off, off]);
      expect(['DeliveryCancelled', 'CancelDeliveryRefused']).toContain(world.told.at(-1));
    }));
  });
});

it('is not recalled once it is booked', () => {
  const planned: Shipment = { orderId: 'A1', record: null, status: 'planned', carrier: 'SF', waybill: 'W1' };
  expect(noteRecalled(planned)).toEqual({ shipment: planned });
});
