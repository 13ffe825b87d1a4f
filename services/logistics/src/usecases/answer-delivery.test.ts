import { booked, calledOff, cancel, gaveUp, logisticsDesk, notCalledOff, plan, reasons, refused, types } from '../../test/scene.ts';

describe('planning a delivery', () => {
  it('books once and tells the waybill', async () => {
    const desk = logisticsDesk();
    expect(await desk.commands(plan('A1'), plan('A1'))).toEqual([]);
    expect(await desk.answers(booked('A1'))).toEqual([{ type: 'DeliveryPlanned', value: { orderId: 'A1', carrier: '顺丰速运', waybill: 'SF-A1', decisions: [expect.objectContaining({ point: 'carrier-choice' })] } }]);
    expect(desk.asked).toEqual(['book A1']);
  });

  it('gives the same answer to the same ask', async () => {
    const desk = logisticsDesk();
    await desk.commands(plan('A1'), plan('A2'));
    const first = await desk.answers(booked('A1'), refused('A2'));
    expect(await desk.commands(plan('A1'), plan('A2'))).toEqual(first);
    expect(desk.asked).toEqual(['book A1', 'book A2']);
  });

  it('tells an order for a region the carrier does not serve', async () => {
    const desk = logisticsDesk();
    await desk.commands(plan('A1'));
    expect(await desk.answers(refused('A1'))).toEqual([{ type: 'DeliveryRefused', value: { orderId: 'A1', reason: 'not-served', detail: '海外', decisions: [expect.objectContaining({ point: 'carrier-choice' })] } }]);
  });

  it('refuses when the carrier was never reached, and has nothing to call off', async () => {
    const desk = logisticsDesk();
    await desk.commands(plan('A1'));
    expect(reasons(await desk.answers(gaveUp('A1', true)))).toEqual(['carrier-unreachable']);
    expect(desk.asked).toEqual(['book A1']);
  });

  it('refuses when the carrier may have booked, and calls that off without anybody asking', async () => {
    const desk = logisticsDesk();
    await desk.commands(plan('A1'));
    expect(reasons(await desk.answers(gaveUp('A1', false)))).toEqual(['carrier-unreachable']);
    expect(desk.asked).toEqual(['book A1', 'call off A1 #1']);
    expect(await desk.answers(calledOff('A1'))).toEqual([]);
    expect(types(await desk.commands(cancel('A1')))).toEqual(['DeliveryCancelled']);
  });
});

describe('cancelling a delivery', () => {
  it('answers cancelled for what was never planned, and refuses the ask it overtook', async () => {
    const desk = logisticsDesk();
    expect(types(await desk.commands(cancel('A1')))).toEqual(['DeliveryCancelled']);
    expect(reasons(await desk.commands(plan('A1')))).toEqual(['withdrawn']);
    expect(desk.asked).toEqual([]);
  });

  it('calls a booked delivery off and tells when that is done, once more when asked again', async () => {
    const desk = logisticsDesk();
    await desk.commands(plan('A1'));
    await desk.answers(booked('A1'));
    expect(await desk.commands(cancel('A1'), cancel('A1'))).toEqual([]);
    expect(types(await desk.answers(calledOff('A1')))).toEqual(['DeliveryCancelled']);
    expect(types(await desk.commands(cancel('A1')))).toEqual(['DeliveryCancelled']);
    expect(desk.asked).toEqual(['book A1', 'call off A1 #1']);
  });

  it('waits for a booking under way, then calls it off', async () => {
    const desk = logisticsDesk();
    await desk.commands(plan('A1'));
    expect(await desk.commands(cancel('A1'))).toEqual([]);
    expect(await desk.answers(booked('A1'))).toEqual([]);
    expect(desk.asked).toEqual(['book A1', 'call off A1 #1']);
    expect(types(await desk.answers(calledOff('A1')))).toEqual(['DeliveryCancelled']);
  });

  it('is done when the booking under way is refused', async () => {
    const desk = logisticsDesk();
    await desk.commands(plan('A1'));
    await desk.commands(cancel('A1'));
    expect(types(await desk.answers(refused('A1')))).toEqual(['DeliveryCancelled']);
    expect(desk.asked).toEqual(['book A1']);
  });

  it('is done at once when the carrier has not been reached yet', async () => {
    const desk = logisticsDesk();
    await desk.commands(plan('A1'));
    desk.isAway('A1');
    expect(types(await desk.commands(cancel('A1')))).toEqual(['DeliveryCancelled']);
    expect(desk.statusOf('A1')).toBe('cancelled');
  });

  it('asks no carrier when the plan and its cancelling arrive together', async () => {
    const desk = logisticsDesk();
    expect(types(await desk.commands(plan('A1'), cancel('A1'), plan('A1')))).toEqual(['DeliveryCancelled', 'DeliveryRefused']);
    expect(desk.asked).toEqual([]);
  });

  it('says when the goods are gone, and tries anew when asked anew', async () => {
    const desk = logisticsDesk();
    await desk.commands(plan('A1'));
    await desk.answers(booked('A1'));
    await desk.commands(cancel('A1'));
    expect(await desk.answers(notCalledOff('A1', 'already-collected'))).toEqual([
      { type: 'CancelDeliveryRefused', value: { orderId: 'A1', reason: 'already-collected', detail: 'already-collected' } },
    ]);
    await desk.commands(cancel('A1'));
    expect(desk.asked).toEqual(['book A1', 'call off A1 #1', 'call off A1 #2']);
    expect(types(await desk.answers(calledOff('A1')))).toEqual(['DeliveryCancelled']);
  });

  it('takes an order the carrier does not know for called off', async () => {
    const desk = logisticsDesk();
    await desk.commands(plan('A1'));
    await desk.commands(cancel('A1'));
    await desk.answers(gaveUp('A1', false));
    expect(types(await desk.answers(notCalledOff('A1', 'unknown-order')))).toEqual(['DeliveryCancelled']);
  });

  it('has nothing to call off for a refused delivery', async () => {
    const desk = logisticsDesk();
    await desk.commands(plan('A1'));
    await desk.answers(refused('A1'));
    expect(types(await desk.commands(cancel('A1')))).toEqual(['DeliveryCancelled']);
    expect(desk.asked).toEqual(['book A1']);
  });

  it('is not undone by an answer told twice', async () => {
    const desk = logisticsDesk();
    await desk.commands(plan('A1'));
    await desk.answers(booked('A1'));
    await desk.commands(cancel('A1'));
    await desk.answers(calledOff('A1'));
    expect(await desk.answers(booked('A1'), calledOff('A1'))).toEqual([]);
    expect(desk.statusOf('A1')).toBe('cancelled');
  });
});
