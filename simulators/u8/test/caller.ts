import type { Sample } from '@order-mesh/simulator';
import { USUAL_CREDENTIALS } from '../src/index.ts';

/** A small world with figures that can be followed by eye. */
export const sample: Sample = {
  customers: [
    { id: 'C1', name: '广东信隆商贸有限公司', region: '广东', address: '广州中山路1号', contactName: '张静', contactPhone: '19900000001',
      creditLimitFen: 5_000_000, paymentTermsDays: 30, signs: 'always',
      receivables: [{ documentNumber: 'AR-1', amountFen: 20_000, daysOverdue: 50 }, { documentNumber: 'AR-2', amountFen: 10_000, daysOverdue: -3 }] },
    { id: 'C2', name: '江苏华佳礼品有限公司', region: '江苏', address: '南京和平路2号', contactName: '黄艳', contactPhone: '19900000002',
      creditLimitFen: 1_000_000, paymentTermsDays: 60, signs: 'always', receivables: [] },
  ],
  products: [
    { sku: 'P1', name: 'WHITE HANGING HEART T-LIGHT HOLDER', unit: '件', unitPriceFen: 295, unitCostFen: 148, onHand: 100, safetyStock: 20, warehouse: '01' },
    { sku: 'P2', name: 'JUMBO BAG RED RETROSPOT', unit: '件', unitPriceFen: 165, onHand: 10, safetyStock: 5, warehouse: '02' },
  ],
  orders: [],
};

export type Body = Record<string, unknown>;

/** Calls U8 as an adapter does, with a token of its own. */
export function callerOf(url: string) {
  let token = '';
  const ask = async (path: string, parameters: Record<string, string> = {}, body?: unknown): Promise<Body> => {
    const { fromAccount, toAccount, appKey } = USUAL_CREDENTIALS;
    const query = new URLSearchParams({ from_account: fromAccount, to_account: toAccount, app_key: appKey, token, ...parameters });
    const sent = body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await fetch(`${url}${path}?${query}`, sent);
    return response.json() as Promise<Body>;
  };
  return {
    ask,
    async login(): Promise<Body> {
      const answer = await ask('/system/token', { app_secret: USUAL_CREDENTIALS.appSecret });
      token = String((answer['token'] as Body | undefined)?.['id']);
      return answer;
    },
    add: (kind: string, bizId: string, fields: Body, sync = '1') => ask(`/api/${kind}/add`, { biz_id: bizId, sync }, { [kind]: fields }),
    move: (kind: string, verb: string, code: string) => ask(`/api/${kind}/${verb}`, { biz_id: `${verb}-${code}-${Math.random()}` }, { [kind]: { voucher_code: code } }),
    rows: async (list: string, parameters: Record<string, string> = {}) => {
      const answer = await ask(`/api/${list}/batch_get`, parameters);
      return (answer[list] ?? []) as Record<string, string>[];
    },
    ledger: async () => ((await (await fetch(`${url}/_sim/ledger`)).json()) as { documents: Body[] }).documents,
  };
}

/** Three of P1 at 2.95 with 13 % tax inside. */
export function salesOrder(orderId: string, changes: Body = {}, quantity = '3'): Body {
  return {
    businesstype: '普通销售', typecode: '01', custcode: 'C1', deptcode: '0301', taxrate: '13', define1: orderId,
    entry: [{ inventorycode: 'P1', quantity, taxunitprice: '2.95', bgift: '0', rowno: '1' }],
    ...changes,
  };
}
