import type { AnyMessage } from '@order-mesh/contracts';
import { fen } from '@order-mesh/kernel';
import { mesh, order, place, priced, told } from '../../test/scene.ts';
import { stateFromJson, stateToJson } from '../outbound/state-json.ts';

const { held, cancel } = told('o1');

describe('advancing orders', () => {
  it('takes an order three steps further within one batch', async () => {
    expect(await mesh().hears(place(order('o1')), priced('o1'), held)).toEqual(['PriceOrder', 'HoldCredit', 'LockStock']);
  });

  it('keeps the orders of a batch apart', async () => {
    expect(await mesh().hears(place(order('o1')), place(order('o2')), priced('o1'), held)).toEqual(['PriceOrder', 'PriceOrder', 'HoldCredit', 'LockStock']);
  });

  it('ignores the same placement', async () => {
    const { hears, sent } = mesh();
    await hears(place(order('o1')));
    expect(await hears(place(order('o1')))).toEqual(['PlacementIgnored']);
    expect(sent[0]).toMatchObject({ value: { reason: 'same-content' } });
  });

  it('has a person asked within working hours, and tells who placed the order and does not decide', async () => {
    const { hears, sent } = mesh();
    const refused: AnyMessage = { type: 'CreditRefused', value: { orderId: 'o1', reason: 'overdue', detail: '46 days', appealable: true, revision: 0, decisions: [], evidence: [] } };
    await hears(place(order('o1', { placedBy: '005MS0000001' })), priced('o1'));
    await hears(refused);
    expect(sent).toMatchObject([{ type: 'RequestApproval', value: { withinWorkingHours: 9, requestedBy: '005MS0000001' } }]);
    const evidence = [{ exposure: fen(9), limit: fen(8), daysOverdue: 46, overdue: fen(7), receivables: 3, paid: 1, ordersConfirmed: 5, amountConfirmed: fen(6), ordersRefused: 2 }];
    await hears(place(order('o3')), priced('o3'), { ...refused, value: { ...refused.value, orderId: 'o3', evidence } });
    expect(sent.at(-1)).toMatchObject({ type: 'RequestApproval', value: { orderId: 'o3', evidence } });
    const older = order('o2');
    Reflect.deleteProperty(older, 'placedBy');
    await hears(place(older), priced('o2'));
    await hears({ ...refused, value: { ...refused.value, orderId: 'o2' } });
    expect(sent).toMatchObject([{ type: 'RequestApproval', value: { requestedBy: '' } }]);
  });

  it('goes on by an answer, and carries along nothing of what rules decided', async () => {
    const { hears, state } = mesh();
    const decision = { point: 'credit-control', rule: null, title: '', hash: 'aa', facts: '{}', said: '{}', decidedAt: 0, placedAt: 0 };
    await hears(place(order('o1')), priced('o1'), { ...held, value: { ...held.value, decisions: [decision] } });
    expect(await state('o1')).toMatchObject({ step: 'stock', facts: { credit: { amount: 1_000n, decisions: [] } } });
  });

  it('tells contract and logistics whose order it is, and since when it is with us', async () => {
    const { hearsAt, sent } = mesh();
    const signed: AnyMessage = { type: 'ContractSigned', value: { orderId: 'o1', contractId: 'HT-o1', signFlowId: 'F1', documentSha256: 'a', signedAt: 9, decisions: [] } };
    await hearsAt(5, place(order('o1')), priced('o1'), held);
    await hearsAt(7, told('o1').locked);
    expect(sent).toMatchObject([{ type: 'SignContract', value: { region: '上海', startedAt: 5 } }]);
    await hearsAt(9, signed);
    expect(sent).toMatchObject([{ type: 'PlanDelivery', value: { customerId: 'C1', startedAt: 5 } }]);
  });

  it('amends an order that is placed again with other content, and says what stands against it', async () => {
    const { hears, sent } = mesh();
    await hears(place(order('o1')), priced('o1'));
    await hears(place(order('o1', { amount: fen(2_000) })));
    expect(sent).toMatchObject([{ type: 'PriceOrder', value: { amount: 2_000n, revision: 1 } }]);
    await hears(priced('o1', 2_000, 1));
    expect(sent).toMatchObject([{ type: 'HoldCredit', value: { amount: 2_000n, revision: 1 } }]);
    await hears(held);
    expect(sent).toEqual([]);
    await hears({ ...held, value: { ...held.value, amount: fen(2_000), revision: 1 } });
    expect(sent).toMatchObject([{ type: 'OrderAmended', value: { amount: 2_000n, amountBefore: 1_000n, revision: 1 } }, { type: 'LockStock', value: { revision: 1 } }]);
    await hears({ ...told('o1').locked, value: { orderId: 'o1', locks: [], revision: 1 } });
    await hears(place(order('o1', { amount: fen(3_000) })));
    expect(sent).toMatchObject([{ type: 'PriceOrder', value: { amount: 3_000n, revision: 2 } }]);
    await hears(priced('o1', 3_000, 2));
    expect(sent).toMatchObject([{ type: 'HoldCredit', value: { amount: 3_000n, revision: 2 } }]);
    await hears({ ...held, value: { ...held.value, amount: fen(3_000), revision: 2 } });
    expect(sent).toEqual([{ type: 'VoidContract', value: { orderId: 'o1', revision: 1 } }]);
    await hears(told('o1').voided);
    expect(sent).toMatchObject([{ type: 'OrderAmended', value: { amount: 3_000n, amountBefore: 2_000n } }, { type: 'SignContract', value: { amount: 3_000n, revision: 2 } }]);
    await hears({ type: 'OrderUnacceptable', value: { orderId: 'o1', source: 'salesforce', externalId: 'x', customerId: null, reasons: ['it has no lines'], placedAt: 0 } });
    expect(sent).toMatchObject([{ type: 'AmendmentRefused', value: { step: 'border', detail: 'it has no lines' } }]);
  });

  it('keeps the last wish, also when it is the one that is being agreed', async () => {
    const { hears, sent } = mesh();
    const [agreed, other] = [order('o1', { amount: fen(2_000) }), order('o1', { amount: fen(3_000) })];
    await hears(place(order('o1')));
    expect(await hears(place(agreed))).toEqual(['PriceOrder']);
    expect(await hears(place(other), place(agreed), place(agreed))).toEqual(['PlacementIgnored']);
    expect(await hears(priced('o1', 2_000, 1))).toEqual(['OrderAmended', 'HoldCredit']);
    expect(sent).toMatchObject([{ value: { amount: 2_000n } }, { value: { revision: 1 } }]);
  });

  it('asks credit, contract and ERP for what the order costs, not for what it was ordered for', async () => {
    const { hears, sent } = mesh();
    const discounts = [{ lineNo: 1, amount: fen(30), point: 'promotion', rule: 'first-order', title: '新客首单满200减30' }];
    await hears(place(order('o1')), { type: 'OrderPriced', value: { ...priced('o1').value, amount: fen(970), discounts } });
    expect(sent).toMatchObject([{ type: 'PriceOrder' }, { type: 'HoldCredit', value: { amount: 970n } }]);
    await hears({ ...held, value: { ...held.value, amount: fen(970) } }, told('o1').locked);
    expect(sent).toMatchObject([{ type: 'LockStock' }, { type: 'SignContract', value: { amount: 970n, discounts } }]);
    await hears(
      { type: 'ContractSigned', value: { orderId: 'o1', contractId: 'K1', signFlowId: 'F1', documentSha256: '', signedAt: 0, decisions: [] } },
      { type: 'DeliveryPlanned', value: { orderId: 'o1', carrier: 'SF', waybill: 'SF1', decisions: [] } },
    );
    expect(sent).toMatchObject([{ type: 'PlanDelivery' }, { type: 'BookOrder', value: { amount: 970n, discounts } }]);
    await hears({ type: 'OrderBooked', value: { orderId: 'o1', saleOrderCode: 'SO1', receivableCode: 'AR1', amount: fen(970) } });
    expect(sent).toMatchObject([{ type: 'OrderConfirmed', value: { amount: 970n, discount: 30n, bookedAmount: 970n } }]);
  });

  it('has a person asked about a price, and takes no answer about credit for one; either time it tells what the order brings', async () => {
    const { hears, sent } = mesh();
    const bringing = { listAmount: fen(1_000), amount: fen(970), cost: fen(800) };
    const granted = (subject: string): AnyMessage => ({ type: 'ApprovalGranted', value: { orderId: 'o1', approvalId: `o1:${subject}`, decidedBy: '李娜', onBehalfOf: '', comment: '', revision: 0, subject } });
    await hears(place(order('o1')), { type: 'PricingRefused', value: { orderId: 'o1', reason: 'unusual-amount', detail: 'ten times as much', appealable: true, revision: 0, decisions: [], evidence: [bringing] } });
    expect(sent).toMatchObject([{ type: 'PriceOrder' }, { type: 'RequestApproval', value: { subject: 'price', prices: [bringing], evidence: [] } }]);
    expect(await hears(granted('credit'))).toEqual([]);
    await hears(granted('price'));
    expect(sent).toMatchObject([{ type: 'PriceOrder', value: { approvalId: 'o1:price' } }]);
    await hears({ type: 'OrderPriced', value: { ...priced('o1').value, ...bringing } }, { type: 'CreditRefused', value: { orderId: 'o1', reason: 'overdue', detail: '46 days', appealable: true, revision: 0, decisions: [], evidence: [] } });
    expect(sent).toMatchObject([{ type: 'HoldCredit' }, { type: 'RequestApproval', value: { subject: 'credit', prices: [bringing] } }]);
    expect(await hears(granted('price'))).toEqual([]);
    expect(await hears(granted('credit'))).toEqual(['HoldCredit']);
  });

  it('says the same of a repeated placement whenever it hears of it', async () => {
    const { hears, sent } = mesh();
    await hears(place(order('o1')));
    await hears(place(order('o1', { placedAt: 5 })));
    expect(sent).toMatchObject([{ type: 'PlacementIgnored', value: { at: 5 } }]);
  });

  it('ends an unacceptable order at once, with all its faults in words', async () => {
    const { hears, sent } = mesh();
    await hears({ type: 'OrderUnacceptable', value: { orderId: 'o1', source: 'salesforce', externalId: 'x', customerId: null, reasons: ['it has no lines', 'it names no customer'], placedAt: 0 } });
    expect(sent).toMatchObject([{ type: 'OrderRejected', value: { step: 'border', detail: 'it has no lines; it names no customer' } }]);
    expect(await hears(held)).toEqual([]);
  });

  it('refuses to cancel what it does not know or what has ended, and says why', async () => {
    const { hears, sent } = mesh();
    await hears(cancel);
    expect(sent).toMatchObject([{ type: 'CancelRefused', value: { reason: 'unknown-order' } }]);
    await hears({ type: 'OrderUnacceptable', value: { orderId: 'o1', source: '', externalId: '', customerId: null, reasons: ['x'], placedAt: 0 } });
    await hears(cancel);
    expect(sent).toMatchObject([{ type: 'CancelRefused', value: { reason: 'already-rejected' } }]);
  });

  it('undoes a step that did not answer in time, once', async () => {
    const { hears, waitsUntil } = mesh();
    await hears(place(order('o1')));
    expect(await waitsUntil(29_999)).toEqual([]);
    expect(await waitsUntil(30_000)).toEqual(['ReleasePrice']);
    expect(await waitsUntil(30_001)).toEqual([]);
  });

  it('brings a state back from JSON to the fen', () => {
    const state = { status: 'running', definition: 'd@1', id: 'o1', facts: { order: order('o1') }, startedAt: 0, step: 'credit', phase: { type: 'asked', approvalId: null }, deadline: 1 } as const;
    expect(stateFromJson(stateToJson(state))).toEqual(state);
  });
});
