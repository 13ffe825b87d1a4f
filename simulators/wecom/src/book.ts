import type { Approval } from './approval.ts';

/** A message that reached people. */
export interface Message {
  readonly msgid: string;
  readonly to: readonly string[];
  readonly parties: readonly string[];
  readonly type: string;
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What the journal keeps. */
export type Entry = { readonly approval: Approval } | { readonly message: Message };

/** Everything WeCom knows. */
export interface Book {
  apply(entry: Entry): void;
  approval(spNo: string): Approval | undefined;
  approvals(): readonly Approval[];
  messages(): readonly Message[];
  /** The next number of a day such as 20260601. */
  nextSpNo(day: string): string;
}

/** Starts an empty book. */
export function openBook(): Book {
  const approvals = new Map<string, Approval>();
  const messages: Message[] = [];
  return {
    apply(entry) {
      if ('message' in entry) messages.push(entry.message);
      else approvals.set(entry.approval.spNo, entry.approval);
    },
    approval: (spNo) => approvals.get(spNo),
    approvals: () => [...approvals.values()],
    messages: () => messages,
    nextSpNo: (day) => `${day}${String(approvals.size + 1).padStart(4, '0')}`,
  };
}
