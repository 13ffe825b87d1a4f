import type { Outcome } from '@order-mesh/simulator';
import type { Flow } from './flow.ts';

/** A file that was announced; its bytes lie elsewhere. */
export interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  readonly contentMd5: string;
  readonly contentType: string;
}

/** Something notifyUrl must be told, until it has heard. */
export interface Letter {
  readonly id: string;
  readonly flowId: string;
  readonly url: string;
  /** The JSON text, word for word the same at every attempt. */
  readonly body: string;
}

/** What the journal keeps. */
export type Entry =
  | { readonly type: 'announced'; readonly file: StoredFile }
  | { readonly type: 'uploaded'; readonly fileId: string }
  | { readonly type: 'changed'; readonly flows: readonly Flow[]; readonly letters: readonly Letter[] }
  | { readonly type: 'told'; readonly letterId: string; readonly flowId: string; readonly outcome: Outcome };

/** Everything e签宝 knows, found by what callers ask for. */
export interface Memory {
  apply(entry: Entry): void;
  file(id: string): StoredFile | undefined;
  isUploaded(fileId: string): boolean;
  flow(id: string): Flow | undefined;
  /** All flows, oldest first; with a business number only those that carry it. */
  flows(customBizNum?: string): readonly Flow[];
  /** Letters nobody has heard yet, oldest first. */
  readonly waiting: ReadonlyMap<string, Letter>;
  /** How many letters of a flow were heard, and how many given up. */
  told(flowId: string): Readonly<Record<Outcome, number>>;
}

/** Starts with nothing known. */
export function emptyMemory(): Memory {
  const files = new Map<string, StoredFile>();
  const uploaded = new Set<string>();
  const flows = new Map<string, Flow>();
  const flowsOfNumber = new Map<string, Set<string>>();
  const waiting = new Map<string, Letter>();
  const outcomes = new Map<string, Readonly<Record<Outcome, number>>>();
  const told = (flowId: string) => outcomes.get(flowId) ?? { heard: 0, unheard: 0 };
  const put = (flow: Flow) => {
    flows.set(flow.id, flow);
    for (const number of businessNumbers(flow)) flowsOfNumber.set(number, (flowsOfNumber.get(number) ?? new Set()).add(flow.id));
  };
  return {
    waiting,
    told,
    apply(entry) {
      switch (entry.type) {
        case 'announced': return void files.set(entry.file.id, entry.file);
        case 'uploaded': return void uploaded.add(entry.fileId);
        case 'changed':
          entry.flows.forEach(put);
          return entry.letters.forEach((letter) => waiting.set(letter.id, letter));
        case 'told':
          waiting.delete(entry.letterId);
          return void outcomes.set(entry.flowId, { ...told(entry.flowId), [entry.outcome]: told(entry.flowId)[entry.outcome] + 1 });
      }
    },
    file: (id) => files.get(id),
    isUploaded: (fileId) => uploaded.has(fileId),
    flow: (id) => flows.get(id),
    flows(customBizNum) {
      if (customBizNum === undefined) return [...flows.values()];
      return [...(flowsOfNumber.get(customBizNum) ?? [])].map((id) => flows.get(id)).filter((flow) => flow !== undefined);
    },
  };
}

/** The caller's own numbers on a flow, each once. */
export function businessNumbers(flow: Flow): readonly string[] {
  return [...new Set(flow.signers.flatMap(({ fields }) => fields.flatMap(({ customBizNum }) => customBizNum ?? [])))];
}
