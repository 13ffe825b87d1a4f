import type { Express } from 'express';
import { rawBodyOf } from '@order-mesh/simulator';
import { isRefusal, refuse, type Refusal } from '../answers.ts';
import type { Books } from '../books.ts';
import { callFor, type Calls } from '../calls.ts';
import type { U8Settings } from '../settings.ts';
import { refused, returnXml } from './answers.ts';
import { answerQuery, queryIn } from './query.ts';
import { receiptFor, writesIn } from './writes.ts';
import { attribute, elementIn, readXml, type Element } from './xml.ts';

/** What EAI works on: the same books as the OpenAPI. */
export interface EaiOffice {
  /** The registered systems (外部系统) and the company each is bound to. */
  readonly senders: Readonly<Record<string, string>>;
  readonly books: ReadonlyMap<string, Books>;
  readonly calls: Calls;
  readonly settings: U8Settings;
}

const PATH = '/u8eai/import.asp';

/** Opens EAI's one door. Whatever the content type says, the body is XML in UTF-8. */
export function addEai(app: Express, office: EaiOffice): void {
  app.get(PATH, (_request, response) => void response.type('html').send('正常'));
  app.post(PATH, (request, response) => void response.type('text/xml').send(answer(office, rawBodyOf(request).toString('utf8'))));
}

function answer(office: EaiOffice, text: string): string {
  const interface_ = elementIn(readXml(text)?.['ufinterface']);
  const docid = interface_ ? attribute(interface_, 'docid') : '';
  const said = interface_ ? carryOut(office, interface_) : refuse('badCall', '请求内容不是正确的XML');
  if (typeof said === 'string') return said;
  return returnXml(refused(said.errmsg), { docid, apiReturn: office.settings.eaiApiReturn });
}

function carryOut({ senders, books, calls, settings }: EaiOffice, interface_: Element): string | Refusal {
  const sender = attribute(interface_, 'sender');
  const company = books.get(senders[sender] ?? '');
  if (!company) return refuse('wrongCredentials', `外部系统[${sender}]未注册`);
  const roottag = attribute(interface_, 'roottag').toLowerCase();
  const proc = attribute(interface_, 'proc').toLowerCase();
  if (proc === 'query') return answerQuery(company, queryIn(interface_, roottag));
  const writes = writesIn(interface_, roottag, proc);
  if (isRefusal(writes)) return writes;
  const by = `EAI ${sender}`;
  const receipts = writes.map((write) => receiptFor(write, (one) => calls.perform(callFor(one, { ledger: company.ledger, by }))));
  return returnXml(receipts, { docid: attribute(interface_, 'docid'), apiReturn: settings.eaiApiReturn });
}
