import { randomUUID } from 'node:crypto';
import { USUAL_CREDENTIALS } from './access.ts';

type Body = Readonly<Record<string, unknown>>;

/** A row of a list of U8's. */
export type U8Row = Readonly<Record<string, string>>;

/** Somebody of the finance department who works in U8 himself, over its own API. */
export interface U8Clerk {
  /** Enters and verifies a document; resolves with its code. */
  enter(kind: string, fields: Body): Promise<string>;
  move(kind: string, verb: string, code: string): Promise<void>;
  /** The documents that name an order. */
  documents(kind: string, orderId: string): Promise<readonly U8Row[]>;
}

export async function u8Clerk(url: string): Promise<U8Clerk> {
  const { fromAccount, toAccount, appKey, appSecret } = USUAL_CREDENTIALS;
  const ask = async (path: string, parameters: Readonly<Record<string, string>>, body?: Body): Promise<Body> => {
    const query = new URLSearchParams({ from_account: fromAccount, to_account: toAccount, app_key: appKey, ...parameters });
    const response = await fetch(`${url}${path}?${query.toString()}`, body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    return response.json() as Promise<Body>;
  };
  const token = String(((await ask('/system/token', { app_secret: appSecret }))['token'] as Body)['id']);
  const write = async (path: string, body: Body): Promise<Body> => {
    const answer = await ask(path, { token, ds_sequence: '1', biz_id: randomUUID(), sync: '1' }, body);
    if (answer['errcode'] !== '0') throw new Error(`U8 refused ${path}: ${JSON.stringify(answer)}`);
    return answer;
  };
  const move = async (kind: string, verb: string, code: string): Promise<void> => { await write(`/api/${kind}/${verb}`, { [kind]: { voucher_code: code } }); };
  return {
    move,
    async enter(kind, fields) {
      const { id } = await write(`/api/${kind}/add`, { [kind]: fields });
      const read = await ask(`/api/${kind}/get`, { token, ds_sequence: '1', id: String(id) });
      const code = String((read[kind] as Body)['code']);
      await move(kind, 'verify', code);
      return code;
    },
    documents: async (kind, orderId) => ((await ask(`/api/${kind}list/batch_get`, { token, ds_sequence: '1', define1: orderId }))[`${kind}list`] ?? []) as readonly U8Row[],
  };
}
