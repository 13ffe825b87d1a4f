import type { SagaState } from '@order-mesh/saga';

const FEN = '$fen';

/** Writes a state as JSON; money, which JSON has no exact number for, becomes `{"$fen": "1234"}`. */
export function stateToJson(state: SagaState): string {
  return JSON.stringify(state, (_, value: unknown) => (typeof value === 'bigint' ? { [FEN]: value.toString() } : value));
}

/** The inverse of `stateToJson`. */
export function stateFromJson(json: string): SagaState {
  return JSON.parse(json, (_, value: unknown) => (isFen(value) ? BigInt(value[FEN]) : value));
}

function isFen(value: unknown): value is { readonly [FEN]: string } {
  return typeof value === 'object' && value !== null && FEN in value && typeof value[FEN] === 'string';
}
