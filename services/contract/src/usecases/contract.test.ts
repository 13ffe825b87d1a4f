import { minutes, seconds } from '@order-mesh/kernel';
import { completed, contractDesk, flowOf, madeVoid, makeVoid, NOON, notSent, reads, reasons, rescinding, sendingRefused, sent, SHA, sign, types, voidingFailed } from '../../test/scene.ts';

/** A desk with one contract before the parties. */
async function beingSigned() {
  const desk = contractDesk();
  await desk.commands(sign('A1'));
  await desk.answers(sent('A1'));
  desk.newlyAsked();
  return desk;
}

async function signedDesk() {
  const desk = await beingSigned();
  await desk.answers(reads('A1', completed()));
  return desk;
}

describe('having a contract signed', () => {
  it('puts it before the parties once, and tells when all have signed', async () => {
    const desk = contractDesk();
    expect(await desk.commands(sign('A1'), sign('A1'))).toEqual([]);
    expect(await desk.answers(sent('A1'))).toEqual([]);
    expect(await desk.answers(reads('A1', completed()))).toEqual([
      { type: 'ContractSigned', value: { orderId: 'A1', contractId: 'HT-A1', signFlowId: 'F-A1', documentSha256: SHA, signedAt: NOON + minutes(3), decisions: [expect.objectContaining({ point: 'contract-template' })] } },
    ]);
    expect(desk.asked).toEqual(['sign HT-A1']);
  });

  it('gives the same answer to the same ask', async () => {
    const desk = await beingSigned();
    expect(await desk.commands(sign('A1'))).toEqual([]);
    const first = await desk.answers(reads('A1', completed()));
    expect(await desk.commands(sign('A1'))).toEqual(first);
    expect(desk.asked).toEqual([]);
  });

  it.each([
    ['refused', 'signer-refused'],
    ['expired', 'expired'],
    ['revoked', 'revoked'],
  ] as const)('tells an order whose flow was %s', async (flow, reason) => {
    const desk = await beingSigned();
    const first = await desk.answers(reads('A1', { flow, detail: '签署人拒绝签署' }));
    expect(first).toEqual([{ type: 'ContractRefused', value: { orderId: 'A1', reason, detail: '签署人拒绝签署', decisions: [expect.objectContaining({ point: 'contract-template' })] } }]);
    expect(await desk.commands(sign('A1'))).toEqual(first);
  });

  it('tells nothing while the flow is open, and tells the end once', async () => {
    const desk = await beingSigned();
    expect(await desk.answers(reads('A1', { flow: 'open' }))).toEqual([]);
    await desk.answers(reads('A1', completed()));
    expect(await desk.answers(reads('A1', completed()), reads('A1', { flow: 'refused', detail: '' }))).toEqual([]);
    expect(desk.statusOf('A1')).toBe('signed');
  });

  it('refuses when the provider would not take it, or was never reached', async () => {
    const desk = contractDesk();
    await desk.commands(sign('A1'), sign('A2'));
    expect(reasons(await desk.answers(sendingRefused('A1'), notSent('A2')))).toEqual(['refused-by-provider', 'provider-unreachable']);
  });

  it('refuses when the provider may have taken it, and has it made void', async () => {
    const desk = contractDesk();
    await desk.commands(sign('A1'));
    expect(reasons(await desk.answers(notSent('A1', flowOf('A1'))))).toEqual(['provider-unreachable']);
    expect(desk.asked).toEqual(['sign HT-A1', 'void A1 F-A1 #1']);
    expect(await desk.answers(madeVoid('A1'))).toEqual([]);
    expect(types(await desk.commands(makeVoid('A1')))).toEqual(['ContractVoided']);
  });
});

describe('hearing of a flow', () => {
  it('asks how it stands when the provider says that something happened, once per stamp', async () => {
    const desk = await beingSigned();
    await desk.callback(flowOf('A1'), '1767');
    expect(desk.newlyAsked()).toEqual(['read/F-A1/1767']);
  });

  it('does nothing about a flow it does not know, or that has ended', async () => {
    const desk = await signedDesk();
    await desk.callback('somebody-elses', '1767');
    await desk.callback(flowOf('A1'), '1768');
    expect(desk.asked).toEqual([]);
  });

  it('looks by itself when no callback comes: after 1 s, then after twice as long each time, up to a minute', async () => {
    const desk = await beingSigned();
    const looks: number[] = [];
    for (let at = NOON; at <= NOON + minutes(4); at += seconds(1)) {
      await desk.check(at);
      if (desk.newlyAsked().length > 0) looks.push((at - NOON) / 1_000);
    }
    expect(looks).toEqual([1, 3, 7, 15, 31, 63, 123, 183]);
  });

  it('does not look any more once it is signed', async () => {
    const desk = await signedDesk();
    await desk.check(NOON + minutes(10));
    expect(desk.asked).toEqual([]);
  });
});

describe('making a contract void', () => {
  it('answers void for what was never asked for, and refuses the ask it overtook', async () => {
    const desk = contractDesk();
    expect(types(await desk.commands(makeVoid('A1')))).toEqual(['ContractVoided']);
    expect(reasons(await desk.commands(sign('A1')))).toEqual(['withdrawn']);
    expect(desk.asked).toEqual([]);
  });

  it('has an open flow revoked and tells when that is done, once more when asked again', async () => {
    const desk = await beingSigned();
    expect(await desk.commands(makeVoid('A1'), makeVoid('A1'))).toEqual([]);
    expect(desk.asked).toEqual(['void A1 F-A1 #1']);
    expect(types(await desk.answers(madeVoid('A1')))).toEqual(['ContractVoided']);
    expect(types(await desk.commands(makeVoid('A1')))).toEqual(['ContractVoided']);
  });

  it('has a signed contract rescinded, and is done when the parties have signed that too', async () => {
    const desk = await signedDesk();
    await desk.commands(makeVoid('A1'));
    expect(await desk.answers(rescinding('A1'))).toEqual([]);
    await desk.callback(flowOf('A1'), '9');
    expect(desk.asked).toEqual(['void A1 F-A1 #1', 'read/F-A1/9']);
    expect(await desk.answers(reads('A1', completed('open')))).toEqual([]);
    expect(types(await desk.answers(reads('A1', completed('done'))))).toEqual(['ContractVoided']);
  });

  it('says when the parties will not rescind it, and tries anew when asked anew', async () => {
    const desk = await signedDesk();
    await desk.commands(makeVoid('A1'));
    await desk.answers(rescinding('A1'));
    expect(await desk.answers(reads('A1', completed('none')))).toEqual([
      { type: 'VoidRefused', value: { orderId: 'A1', reason: 'rescission-refused', detail: 'the parties did not sign the rescission' } },
    ]);
    await desk.commands(makeVoid('A1'));
    expect(desk.asked).toEqual(['void A1 F-A1 #1', 'void A1 F-A1 #2']);
  });

  it('does not take a look begun before the rescission for the parties refusing it', async () => {
    const desk = await signedDesk();
    await desk.commands(makeVoid('A1'));
    expect(await desk.answers(rescinding('A1'), reads('A1', completed('none'), 0))).toEqual([]);
    expect(types(await desk.answers(reads('A1', completed('done'))))).toEqual(['ContractVoided']);
  });

  it('waits for a sending under way, then has it revoked', async () => {
    const desk = contractDesk();
    await desk.commands(sign('A1'));
    expect(await desk.commands(makeVoid('A1'))).toEqual([]);
    expect(await desk.answers(sent('A1'))).toEqual([]);
    expect(desk.asked).toEqual(['sign HT-A1', 'void A1 F-A1 #1']);
    expect(types(await desk.answers(madeVoid('A1')))).toEqual(['ContractVoided']);
  });

  it('is done when the sending under way fails', async () => {
    const desk = contractDesk();
    await desk.commands(sign('A1'), sign('A2'));
    await desk.commands(makeVoid('A1'), makeVoid('A2'));
    expect(types(await desk.answers(sendingRefused('A1'), notSent('A2')))).toEqual(['ContractVoided', 'ContractVoided']);
  });

  it('is done at once when the provider has not been reached yet, or the ask came in the same batch', async () => {
    const desk = contractDesk();
    await desk.commands(sign('A1'));
    desk.isAway('A1');
    expect(types(await desk.commands(makeVoid('A1'), sign('A2'), makeVoid('A2')))).toEqual(['ContractVoided', 'ContractVoided']);
    expect(desk.asked).toEqual(['sign HT-A1']);
  });

  it('tells nobody "signed" after it was made void', async () => {
    const desk = await beingSigned();
    await desk.commands(makeVoid('A1'));
    expect(await desk.answers(reads('A1', completed()))).toEqual([]);
  });

  it('becomes a person\'s task when the provider cannot be reached', async () => {
    const desk = await beingSigned();
    await desk.commands(makeVoid('A1'));
    expect(reasons(await desk.answers(voidingFailed('A1')))).toEqual(['provider-unreachable']);
  });
});

describe('the contract of an order that is amended', () => {
  it('is another one, with another number, once the one before is void', async () => {
    const desk = contractDesk();
    await desk.commands(sign('A1'));
    await desk.answers(sent('A1'));
    await desk.commands(makeVoid('A1'));
    expect(types(await desk.answers(madeVoid('A1')))).toEqual(['ContractVoided']);
    await desk.commands(sign('A1', 1));
    await desk.answers(sent('A1', 'F2-A1'));
    expect(await desk.answers(reads('A1', completed(), 1, 'F2-A1'))).toMatchObject([{ type: 'ContractSigned', value: { contractId: 'HT2-A1', signFlowId: 'F2-A1' } }]);
    expect(desk.asked).toEqual(['sign HT-A1', 'void A1 F-A1 #1', 'sign HT2-A1']);
  });

  it('does not hear what becomes of the flow of the one before', async () => {
    const desk = contractDesk();
    await desk.commands(sign('A1'));
    await desk.answers(sent('A1'));
    await desk.commands(makeVoid('A1'));
    await desk.answers(madeVoid('A1'));
    await desk.commands(sign('A1', 1));
    await desk.answers(sent('A1', 'F2-A1'));
    expect(await desk.answers(reads('A1', { flow: 'revoked', detail: 'made void' }))).toEqual([]);
    expect(desk.statusOf('A1')).toBe('signing');
  });

  it('is not drawn up when the ask comes after its own undo, nor before the one before is void', async () => {
    const desk = contractDesk();
    await desk.commands(sign('A1', 1), makeVoid('A1', 1));
    expect(reasons(await desk.commands(sign('A1', 1), sign('A1')))).toEqual(['withdrawn', 'withdrawn']);
    await desk.commands(sign('A2'));
    await desk.answers(sent('A2'));
    expect(await desk.commands(sign('A2', 1))).toEqual([]);
    expect(desk.asked).toEqual(['sign HT-A2']);
  });
});
