import { writeXml, type Element } from './xml.ts';

/** What EAI says to one document of a request. */
export interface Receipt {
  /** The number the document came with. */
  readonly key: string;
  readonly isDone: boolean;
  /** Why not; "ok" otherwise. */
  readonly dsc: string;
  /** U8's own key of the document. */
  readonly u8key: string;
}

/** The receipts as they go over the wire: `succeed` is "0" for what was done. Some installations say it with `<u8apireturn>` instead, without a key. */
export function returnXml(receipts: readonly Receipt[], { docid, apiReturn }: { readonly docid: string; readonly apiReturn: boolean }): string {
  const said = apiReturn
    ? { u8apireturn: receipts.map(({ isDone, dsc }) => ({ '@issuccess': String(isDone), ...(isDone ? {} : { error: dsc }) })) }
    : { item: receipts.map(({ key, isDone, dsc, u8key }) => ({ '@key': key, '@succeed': isDone ? '0' : '-1', '@dsc': dsc, '@u8key': u8key })) };
  return writeXml({ ufinterface: { '@sender': 'u8', '@receiver': '', '@roottag': 'return', '@docid': docid, '@proc': '', ...said } });
}

/** A request that was refused as a whole. */
export function refused(dsc: string): readonly Receipt[] {
  return [{ key: '', isDone: false, dsc, u8key: '' }];
}

/** What a query found, in the form of the messages that write it; `timestamp` is where the next query goes on. */
export function foundXml(roottag: string, found: readonly Element[], { docid, timestamp }: { readonly docid: string; readonly timestamp: number }): string {
  const head = { '@sender': 'u8', '@receiver': '', '@roottag': roottag, '@docid': docid, '@proc': 'add', '@timestamp': `0x${timestamp.toString(16).padStart(16, '0')}` };
  return writeXml({ ufinterface: { ...head, ...(found.length > 0 && { [roottag]: found }) } });
}
