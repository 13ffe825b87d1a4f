import { asFields, listIn, text, type U8Fields } from '../u8/fields.ts';
import type { NoAnswer } from '../u8/http.ts';
import { documentIn } from './messages.ts';
import { xmlIn } from './xml.ts';

export type Written = { readonly type: 'done' } | RefusedByEai | NoAnswer;
export type Queried = { readonly type: 'found'; readonly rows: readonly U8Fields[]; readonly timestamp: string } | RefusedByEai | NoAnswer;

/** U8 said no, in these words. */
export interface RefusedByEai {
  readonly type: 'refused';
  readonly words: string;
}

/** Reads what became of a write. Both forms are in use: `<item succeed="0" dsc=""/>` and `<u8apireturn issuccess="true"><error/></u8apireturn>`. */
export function writtenIn(body: string): Written {
  const said = interfaceIn(body);
  return (said && verdictIn(said)) ?? unclear(body);
}

// Assumed: how U8 says that a query has no hit, where it does not answer with a message without documents
const NO_HIT = /没有.{0,6}(数据|记录)|未检索到|无数据/;

/** Reads what a query found: the messages that would write it, and where the next one goes on. A message without documents is a query without a hit. */
export function queriedIn(body: string, roottag: string): Queried {
  const said = interfaceIn(body);
  if (!said) return unclear(body);
  if (text(said, '@roottag').toLowerCase() === roottag) return { type: 'found', rows: listIn(said, roottag).map(documentIn), timestamp: text(said, '@timestamp') };
  const verdict = verdictIn(said);
  if (verdict?.type === 'refused' && NO_HIT.test(verdict.words)) return { type: 'found', rows: [], timestamp: '' };
  return verdict && verdict.type !== 'done' ? verdict : unclear(body);
}

function interfaceIn(body: string): U8Fields | undefined {
  return asFields(xmlIn(body)?.['ufinterface']);
}

function verdictIn(said: U8Fields): Written | undefined {
  const [item] = listIn(said, 'item');
  const succeed = item && text(item, '@succeed');
  if (item && succeed) return succeed === '0' ? { type: 'done' } : refusedWith(text(item, '@dsc'));
  const [apiReturn] = listIn(said, 'u8apireturn');
  switch (apiReturn && text(apiReturn, '@issuccess').toLowerCase()) {
    case 'true': return { type: 'done' };
    case 'false': return refusedWith(apiReturn ? text(apiReturn, 'error') : '');
    default: return undefined;
  }
}

// Assumed: how U8 says that it does not let us in at all, or not now. It has done nothing then.
const NOT_LET_IN = /未注册|登录|许可/;

function refusedWith(words: string): RefusedByEai | NoAnswer {
  return NOT_LET_IN.test(words) ? { type: 'unavailable', detail: `U8 EAI: ${words.slice(0, 300)}` } : { type: 'refused', words };
}

function unclear(body: string): NoAnswer {
  return { type: 'unknown', detail: `U8 EAI answered nothing to go by: ${body.slice(0, 80)}` };
}
