import type { SagaState } from '@order-mesh/saga';

const FEN = '$fen';

/** Writes a state as JSON; money, which JSON has no exact number for, becomes `{"$fen": "1234"}`. */
export function stateToJson(state: SagaState): string {
  return JSON.stringify(plain(state));
}

// a copy of what holds money, because JSON.stringify with a function asks it about every field and takes five times as long
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return { [FEN]: value.toString() };
  if (typeof value !== 'object' || value === null) return value;
  return Array.isArray(value) ? plainList(value) : plainFields(value as Readonly<Record<string, unknown>>);
}

function plainList(list: readonly unknown[]): readonly unknown[] {
  const copy = list.map(plain);
  return copy.some((item, index) => item !== list[index]) ? copy : list;
}

function plainFields(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  let copy: Record<string, unknown> | undefined;
  for (const name in fields) {
    const field = plain(fields[name]);
    if (field !== fields[name]) (copy ??= { ...fields })[name] = field;
  }
  return copy ?? fields;
}

/** The inverse of `stateToJson`. */
export function stateFromJson(json: string): SagaState {
  const holder: { state: SagaState } = { state: JSON.parse(json) };
  if (json.includes(FEN_KEY)) restoreFen(holder);
  return holder.state;
}

const FEN_KEY = `"${FEN}"`;

// in place, what was parsed is nobody else's yet; JSON.parse with a function asks it about every field and takes three times as long
function restoreFen(holder: object): void {
  for (const name in holder) {
    const value: unknown = Reflect.get(holder, name);
    if (typeof value !== 'object' || value === null) continue;
    const fen: unknown = FEN in value ? value[FEN] : undefined;
    if (typeof fen === 'string') Reflect.set(holder, name, BigInt(fen));
    else restoreFen(value);
  }
}
