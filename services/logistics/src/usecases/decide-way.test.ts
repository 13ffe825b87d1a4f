import { fen } from '@order-mesh/kernel';
import { alwaysBy, booked, cancel, logisticsDesk, NOON, plan, planWith, published, types } from '../../test/scene.ts';

const line = { lineNo: 1, sku: 'P1', name: '签字笔', quantity: 12, unit: '支', unitPrice: fen(250), amount: fen(3_000) };
const to = (region: string, city: string) => ({ contact: '王芳', phone: '13800001234', region, city, street: '人民路1号' });

describe('the way of a delivery', () => {
  it('is decided by the rules in force when it is planned, and the carrier is asked for just that', async () => {
    const desk = logisticsDesk();
    await desk.commands(plan('A1'), planWith('A2', { shipTo: to('广东省', '深圳市') }), planWith('A3', { shipTo: to('新疆维吾尔自治区', '乌鲁木齐市'), lines: [{ ...line, quantity: 500, amount: fen(125_000) }] }));
    expect(desk.ways()).toEqual(['A1 standard', 'A2 standard', 'A3 freight insured for 125000 fen']);
    await desk.published(published(1, alwaysBy('express')));
    await desk.commands(plan('A4'));
    expect(desk.ways().at(-1)).toBe('A4 express');
  });

  it('is told with the answer: the point, the rule in its words, the rules, and what they were told', async () => {
    const desk = logisticsDesk();
    await desk.commands(planWith('A1', { shipTo: to('广东省', '深圳市') }));
    const [answer] = await desk.answers(booked('A1'));
    expect(answer).toMatchObject({ type: 'DeliveryPlanned', value: { decisions: [{ point: 'carrier-choice', rule: 'middle-cheap', title: '江浙沪皖与偏远地区以外，不超过 30 件、价值不超过 100 元，走标快', decidedAt: NOON, placedAt: NOON }] } });
    const told = answer?.type === 'DeliveryPlanned' ? answer.value.decisions[0] : undefined;
    expect([JSON.parse(told?.facts ?? ''), JSON.parse(told?.said ?? '')]).toEqual([{ customerId: 'C1', province: '广东', city: '深圳', pieces: 12, lines: 1, value: 3_000 }, { product: 'standard', insured: false }]);
  });

  it('is decided once: asked again under other rules, the order travels as it did, and tells the same', async () => {
    const desk = logisticsDesk();
    await desk.commands(plan('A1'));
    const first = await desk.answers(booked('A1'));
    await desk.published(published(1, alwaysBy('freight')));
    expect(await desk.commands(plan('A1'))).toEqual(first);
    expect(desk.ways()).toEqual(['A1 standard']);
  });

  it('stays with the rules that an order was placed under, where a rule says so', async () => {
    const desk = logisticsDesk();
    await desk.published(published(1, alwaysBy('freight', { from: NOON, counts: 'when-placed' }), alwaysBy('express')));
    await desk.commands(planWith('A1', { startedAt: NOON - 1 }), planWith('A2', { startedAt: NOON }));
    expect(desk.ways()).toEqual(['A1 express', 'A2 freight']);
  });

  it('is not decided for what was cancelled before', async () => {
    const desk = logisticsDesk();
    const told = await desk.commands(cancel('A1'), plan('A1'));
    expect(types(told)).toEqual(['DeliveryCancelled', 'DeliveryRefused']);
    expect(told[1]).toMatchObject({ value: { decisions: [] } });
  });
});
