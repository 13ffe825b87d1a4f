import { fen } from '@order-mesh/kernel';
import type { SagaState } from '@order-mesh/saga';
import { stateFromJson, stateToJson } from './state-json.ts';

/** Written through the type: only its JSON counts here. */
const asState = (state: unknown): SagaState => state as SagaState;

it('keeps money exact, wherever it stands, and everything else as it was', () => {
  const state = asState({
    status: 'running', facts: { order: { amount: 9_007_199_254_740_993n, lines: [{ unitPrice: fen(250), quantity: 12, note: null }] } },
    steps: [{ name: 'credit', tags: ['a', 'b'], done: true }], owed: [fen(1), -2n],
  });
  expect(stateFromJson(stateToJson(state))).toEqual(state);
});

it('takes no text that only looks like it for money', () => {
  const state = asState({ note: '"$fen"', odd: { $fen: 12 } });
  expect(stateFromJson(stateToJson(state))).toEqual(state);
});
