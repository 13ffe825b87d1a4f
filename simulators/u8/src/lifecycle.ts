import { refuse, type Refusal } from './answers.ts';
import type { Document, DocumentState } from './documents.ts';

/** What can be done to a document that exists. */
export type Move = 'verify' | 'unverify' | 'close' | 'open' | 'abandon' | 'delete';

const MOVES: Readonly<Record<Move, { readonly from: DocumentState; readonly to: DocumentState; readonly name: string }>> = {
  verify: { from: '开立', to: '审核', name: '审核' },
  unverify: { from: '审核', to: '开立', name: '弃审' },
  close: { from: '审核', to: '关闭', name: '关闭' },
  open: { from: '关闭', to: '审核', name: '打开' },
  abandon: { from: '开立', to: '作废', name: '作废' },
  delete: { from: '开立', to: '删除', name: '删除' },
};

/** Tells the moves from the other verbs. */
export function isMove(verb: string): verb is Move {
  return Object.hasOwn(MOVES, verb);
}

/** The document after the move, or why it can't be made from where the document stands. */
export function moved(document: Document, move: Move, by: string): Document | Refusal {
  const { from, to, name } = MOVES[move];
  if (document.state !== from) return refuse('wrongState', `单据[${document.code}]当前状态为${document.state}，不能${name}`);
  return { ...document, state: to, head: signed(document.head, move, by) };
}

function signed(head: Document['head'], move: Move, by: string): Document['head'] {
  switch (move) {
    case 'verify': return { ...head, verifier: by };
    case 'unverify': return without(head, 'verifier');
    case 'close': return { ...head, closer: by };
    case 'open': return without(head, 'closer');
    default: return head;
  }
}

function without(head: Document['head'], field: string): Document['head'] {
  return Object.fromEntries(Object.entries(head).filter(([name]) => name !== field));
}
