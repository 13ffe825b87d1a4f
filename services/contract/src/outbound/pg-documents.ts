import { createHash } from 'node:crypto';
import { MeshError } from '@order-mesh/kernel';
import type { Database } from '@order-mesh/platform';
import type { Documents } from './documents.ts';

/** The signed contracts in PostgreSQL, schema `contract`. Kept outside of any batch: what is fetched twice is kept once, and a copy that nobody asks for harms nobody. */
export function pgDocuments(database: Database): Documents {
  const find = async (signFlowId: string): Promise<string | undefined> => {
    const [row] = await database.query<{ readonly sha256: string }>({ name: 'contract.find-document', text: 'select sha256 from contract.document where sign_flow_id = $1', values: [signFlowId] });
    return row?.sha256;
  };
  return {
    find,
    async keep({ signFlowId, orderId, bytes }) {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const text = `insert into contract.document (sign_flow_id, order_id, sha256, size_bytes, bytes) values ($1, $2, $3, $4, $5) on conflict (sign_flow_id) do nothing returning sha256`;
      const [row] = await database.query<{ readonly sha256: string }>({ name: 'contract.keep-document', text, values: [signFlowId, orderId, sha256, bytes.length, Buffer.from(bytes)] });
      const kept = row?.sha256 ?? await find(signFlowId);
      if (kept === undefined) throw new MeshError('BROKEN_PROMISE', { advice: `the signed document of flow ${signFlowId} was kept and is gone; nothing may delete rows of contract.document` });
      return kept;
    },
  };
}
