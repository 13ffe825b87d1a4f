import fc from 'fast-check';
import { fen } from '@order-mesh/kernel';
import { book, bookingSettled, takeBackSettled, unbook, type Booking, type BookingAnswer, type Decision } from './booking.ts';

const documents = { saleOrderCode: 'XSDD1', receivableCode: 'YSD2', amount: fen(49_400) };
const noStock = { reason: 'insufficient-stock', detail: '存货[P0001]可用量不足' };
const lost = { reason: 'erp-unreachable', detail: 'no answer for 2 hours' };
const asked: Booking = { status: 'asked', customerId: 'C1' };
const booked: Booking = { status: 'booked', customerId: 'C1', documents };

describe('booking an order', () => {
  it('asks the ERP once and answers with what it wrote down', () => {
    const first = book('A', 'C1', undefined);
    expect(first).toEqual({ booking: asked, ask: { type: 'book' } });
    expect(book('A', 'C1', first.booking)).toEqual({ booking: asked });
    expect(bookingSettled('A', asked, { type: 'booked', documents })).toEqual({ booking: booked, answer: { type: 'OrderBooked', value: { orderId: 'A', ...documents } } });
  });

  it('gives the same answer when it is asked again', () => {
    expect(book('A', 'C1', booked).answer).toEqual({ type: 'OrderBooked', value: { orderId: 'A', ...documents } });
    expect(book('A', 'C1', { status: 'refused', customerId: 'C1', refusal: noStock })).toEqual({
      booking: { status: 'refused', customerId: 'C1', refusal: noStock },
      answer: { type: 'BookingRefused', value: { orderId: 'A', ...noStock } },
    });
  });

  it('takes the sales order back before it passes on that the receivable was refused', () => {
    const half = bookingSettled('A', asked, { type: 'half-booked', refusal: noStock });
    expect(half).toMatchObject({ booking: { status: 'taking-back' }, ask: { type: 'take-back', round: 1 } });
    expect(half.answer).toBeUndefined();
    expect(takeBackSettled('A', half.booking, { type: 'taken-back' }).answer).toEqual({ type: 'BookingRefused', value: { orderId: 'A', ...noStock } });
  });

  it('does not say "refused" while documents may be left over', () => {
    const half = bookingSettled('A', asked, { type: 'half-booked', refusal: lost });
    const failed = takeBackSettled('A', half.booking, { type: 'failed', refusal: lost });
    expect(failed.answer).toBeUndefined();
    expect(unbook('A', failed.booking, false).ask).toEqual({ type: 'take-back', round: 2 });
    expect(book('A', 'C1', failed.booking).ask).toEqual({ type: 'take-back', round: 2 });
  });
});

describe('taking a booking back', () => {
  it('answers "unbooked" for what was never asked, and refuses the ask that was overtaken', () => {
    const never = unbook('A', undefined, false);
    expect(never.answer).toEqual({ type: 'OrderUnbooked', value: { orderId: 'A' } });
    expect(book('A', 'C1', never.booking)).toMatchObject({ answer: { type: 'BookingRefused', value: { reason: 'withdrawn' } } });
    expect(book('A', 'C1', never.booking).ask).toBeUndefined();
  });

  it('waits for a booking in flight, then takes it back', () => {
    const called = unbook('A', asked, false);
    expect(called).toEqual({ booking: { status: 'called-off', customerId: 'C1' } });
    const back = bookingSettled('A', called.booking, { type: 'booked', documents });
    expect(back.ask).toEqual({ type: 'take-back', round: 1 });
    expect(back.answer).toBeUndefined();
    expect(takeBackSettled('A', back.booking, { type: 'taken-back' }).answer).toEqual({ type: 'OrderUnbooked', value: { orderId: 'A' } });
  });

  it('answers at once when the ERP surely was not asked', () => {
    expect(unbook('A', asked, true)).toMatchObject({ booking: { status: 'unbooked' }, answer: { type: 'OrderUnbooked' } });
  });

  it('answers "unbooked" every time it is asked again', () => {
    const unbooked: Booking = { status: 'unbooked', customerId: 'C1' };
    expect(unbook('A', unbooked, false)).toEqual({ booking: unbooked, answer: { type: 'OrderUnbooked', value: { orderId: 'A' } } });
  });

  it('says so when the ERP does not let go, and tries again when asked again', () => {
    const closed = { reason: 'period-closed', detail: '2026-11已结账' };
    const failed = takeBackSettled('A', unbook('A', booked, false).booking, { type: 'failed', refusal: closed });
    expect(failed.answer).toEqual({ type: 'UnbookingRefused', value: { orderId: 'A', ...closed } });
    expect(unbook('A', failed.booking, false).ask).toEqual({ type: 'take-back', round: 2 });
  });
});

type Step = 'book' | 'unbook' | 'settle-booked' | 'settle-refused' | 'settle-half';

describe('whatever the order of asks, undos and answers', () => {
  const steps = fc.array(fc.constantFrom<Step>('book', 'unbook', 'settle-booked', 'settle-refused', 'settle-half'), { maxLength: 25 });

  it('the ERP holds documents exactly when the booking says so, and an undo asked for is answered', () => {
    fc.assert(fc.property(steps, (story) => {
      const world = play([...story, 'settle-booked', 'settle-booked']);
      expect(world.inFlight).toBeUndefined();
      expect(world.standing).toBe(world.booking?.status === 'booked');
      const lastAsk = story.findLast((step) => step === 'book' || step === 'unbook');
      if (lastAsk === 'unbook') expect(world.answers.at(-1)?.type).toBe('OrderUnbooked');
      if (story.includes('unbook')) expect(world.standing).toBe(false);
      expect(world.books).toBeLessThanOrEqual(1);
    }));
  });
});

interface World { booking: Booking | undefined; inFlight: 'book' | 'take-back' | undefined; standing: boolean; books: number; answers: BookingAnswer[] }

function play(story: readonly Step[]): World {
  const world: World = { booking: undefined, inFlight: undefined, standing: false, books: 0, answers: [] };
  for (const step of story) {
    const decision = decide(world, step);
    if (!decision) continue;
    world.booking = decision.booking;
    if (decision.ask) {
      expect(world.inFlight).toBeUndefined();
      world.inFlight = decision.ask.type;
      world.books += decision.ask.type === 'book' ? 1 : 0;
    }
    if (decision.answer) world.answers.push(decision.answer);
  }
  return world;
}

function decide(world: World, step: Step): Decision | undefined {
  if (step === 'book') return book('A', 'C1', world.booking);
  if (step === 'unbook') return unbook('A', world.booking, false);
  const { booking, inFlight } = world;
  if (!booking || !inFlight) return undefined;
  world.inFlight = undefined;
  if (inFlight === 'take-back') {
    world.standing = false;
    return takeBackSettled('A', booking, { type: 'taken-back' });
  }
  world.standing = step !== 'settle-refused';
  if (step === 'settle-booked') return bookingSettled('A', booking, { type: 'booked', documents });
  if (step === 'settle-half') return bookingSettled('A', booking, { type: 'half-booked', refusal: noStock });
  return bookingSettled('A', booking, { type: 'refused', refusal: noStock });
}
