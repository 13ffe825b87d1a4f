import { alwaysIn, completed, contractDesk, makeVoid, madeVoid, NOON, published, reads, sent, sign, types } from '../../test/scene.ts';

describe('the form of a contract', () => {
  it('is decided by the rules in force when it is drawn up', async () => {
    const desk = contractDesk();
    await desk.commands(sign('A1'));
    await desk.published(published(1, alwaysIn('retention', 5)));
    await desk.commands(sign('A2'));
    expect(desk.forms()).toEqual(['HT-A1 short 3', 'HT-A2 retention 5']);
  });

  it('is told with the answer: the point, the rule in its words, the rules, and what they were told', async () => {
    const desk = contractDesk();
    await desk.commands(sign('A1'));
    await desk.answers(sent('A1'));
    const [answer] = await desk.answers(reads('A1', completed()));
    expect(answer).toMatchObject({ type: 'ContractSigned', value: { decisions: [{
      point: 'contract-template', rule: 'short-small', title: '订单金额不超过 1,000 元且不超过 10 行，用简式合同，3 天内签署', facts: '{"customerId":"C1","region":"江苏","amount":3000,"lines":1}',
      said: '{"template":"short","signWithinDays":3}', decidedAt: NOON, placedAt: NOON,
    }] } });
  });

  it('is decided once: asked again under other rules, the contract stays as it is, and tells the same', async () => {
    const desk = contractDesk();
    await desk.commands(sign('A1'));
    await desk.published(published(1, alwaysIn('retention', 5)));
    await desk.commands(sign('A1'));
    await desk.answers(sent('A1'));
    const first = await desk.answers(reads('A1', completed()));
    expect(await desk.commands(sign('A1'))).toEqual(first);
    expect(desk.forms()).toEqual(['HT-A1 short 3']);
  });

  it('is decided anew for an amended order, whose first contract is void', async () => {
    const desk = contractDesk();
    await desk.commands(sign('A1'));
    await desk.answers(sent('A1'));
    await desk.published(published(1, alwaysIn('annex', 6)));
    await desk.commands(makeVoid('A1', 0));
    expect(types(await desk.answers(madeVoid('A1')))).toEqual(['ContractVoided']);
    await desk.commands(sign('A1', 1));
    expect(desk.forms()).toEqual(['HT-A1 short 3', 'HT2-A1 annex 6']);
  });
});
