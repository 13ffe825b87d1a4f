/** A profile as V8 writes it: times in microseconds, on the clock of `process.hrtime`. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly startTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

export interface ProfileNode {
  readonly id: number;
  readonly callFrame: Frame;
  readonly children?: readonly number[];
}

export interface Frame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}

/** A span on the same clock, in microseconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Time spent under one path of calls. */
export interface Stack {
  /** From the outermost call to the one that ran. */
  readonly frames: readonly Frame[];
  readonly microseconds: number;
}

const LEFT_OUT = new Set(['(idle)', '(root)']);

/** The stacks that ran within the span, idle time left out. */
export function stacksWithin({ nodes, startTime, samples, timeDeltas }: CpuProfile, { from, to }: Span): readonly Stack[] {
  const selfOf = new Map<number, number>();
  let at = startTime;
  samples.forEach((id, index) => {
    at += timeDeltas[index] ?? 0;
    // a sample stands for the time until the next one
    if (at >= from && at < to) selfOf.set(id, (selfOf.get(id) ?? 0) + Math.max(0, timeDeltas[index + 1] ?? 0));
  });
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parentOf = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  return [...selfOf].flatMap(([id, microseconds]) => {
    if (LEFT_OUT.has(byId.get(id)?.callFrame.functionName ?? '')) return [];
    const frames: Frame[] = [];
    for (let node = byId.get(id); node; node = byId.get(parentOf.get(node.id) ?? -1)) if (!LEFT_OUT.has(node.callFrame.functionName)) frames.unshift(node.callFrame);
    return [{ frames, microseconds }];
  });
}

export const categories = [
  'kafka client', 'codec and envelope', 'SQL encoding and client', 'saga and domain', 'evaluating rules', 'keeping decisions', 'gateway view', 'outbox packing and compression', 'garbage collection', 'framework', 'other',
] as const;
export type Category = (typeof categories)[number];

// the first that fits counts; code outside of all is charged to whoever called it
const RULES: readonly (readonly [RegExp, Category])[] = [
  [/\/messaging\/(?:dist|src)\/(?:outbox|digest|processor\/publisher|broker\/(?:record-batch|record-buffer|frame))\.|node:zlib|\/(?:snappy|lz4|zstd)/, 'outbox packing and compression'],
  [/@platformatic\/(?:kafka|wasm-utils|dynamic-buffer)|\/kafkajs\/|\/messaging\/(?:dist|src)\/broker\//, 'kafka client'],
  [/\/messaging\/(?:dist|src)\/(?:codec\/|envelope|draft|message|placed)|\/contracts\/(?:dist|src)\//, 'codec and envelope'],
  [/\/node_modules\/(?:pg|pg-[\w-]+|postgres-[\w-]+)\/|\/platform\/(?:dist|src)\/postgres\//, 'SQL encoding and client'],
  [/\/packages\/rules\/(?:dist|src)\/(?:compile|cell|reach|decision-point|field)\./, 'evaluating rules'],
  [/\/packages\/(?:rules|rulebook)\//, 'keeping decisions'],
  [/\/services\/gateway\//, 'gateway view'],
  [/\/outbound\/pg-[\w-]+\.|\/platform\/(?:dist|src)\/.*sql/, 'SQL encoding and client'],
  [/\/services\/|\/packages\/(?:saga|kernel)\//, 'saga and domain'],
  [/\/node_modules\/(?:@nestjs|rxjs|express|reflect-metadata|pino|prom-client)|\/packages\/(?:platform|messaging|outbound)\//, 'framework'],
];

/** Whose time it was: that of the innermost call that belongs to somebody. */
export function categoryOf({ frames }: Stack): Category {
  if (frames.at(-1)?.functionName === '(garbage collector)') return 'garbage collection';
  for (const { url } of frames.toReversed()) {
    const rule = url === '' ? undefined : RULES.find(([pattern]) => pattern.test(url));
    if (rule) return rule[1];
  }
  return 'other';
}

/** Microseconds by category. */
export function timeByCategory(stacks: readonly Stack[]): ReadonlyMap<Category, number> {
  const times = new Map<Category, number>(categories.map((category) => [category, 0]));
  for (const stack of stacks) {
    const category = categoryOf(stack);
    times.set(category, (times.get(category) ?? 0) + stack.microseconds);
  }
  return times;
}
