import { seconds, systemClock } from '@order-mesh/kernel';
import { USUAL_SENDER, type U8Settings } from '@order-mesh/u8-simulator';
import type { EaiConfig, OpenApiConfig, U8Config } from '../src/config.ts';
import { openU8 } from '../src/outbound/openapi/client.ts';
import type { DocumentKind } from '../src/outbound/u8/documents.ts';

/** A way into U8 with what differs from the other: how requests look on the wire, and where documents end. */
export interface DoorUnderTest {
  config(url: string): U8Config;
  /** Parts of the requests of a booking and of taking it back, as fault rules match them; writes only in `writes`. */
  readonly booking: readonly string[];
  readonly takingBack: readonly string[];
  readonly writes: { readonly order: string; readonly receivable: string };
  /** A list that was asked for. */
  readonly stockList: string;
  /** States of a booked order's documents, and of one that was taken back; of a sales order alone that was. */
  readonly booked: readonly string[];
  readonly takenBack: readonly string[];
  readonly orderTakenBack: readonly string[];
  /** How this U8 minds short stock. */
  readonly mindsStock: Partial<U8Settings>;
  /** U8's "no" to a receivable, in these words. */
  no(words: string): unknown;
}

const document = { saleType: '01', department: '0301', taxRate: '13' };

export const openApiConfig = (url: string, change: Partial<OpenApiConfig> = {}): OpenApiConfig => ({
  mode: 'openapi', url, fromAccount: 'order-mesh', toAccount: 'demo-company', appKey: 'opa-order-mesh', appSecret: 'demo-secret', dataSource: '1', timeout: 2_000, document, resultWithin: null, ...change,
});

export const eaiConfig = (url: string, change: Partial<EaiConfig> = {}): EaiConfig => ({
  mode: 'eai', url: `${url}/u8eai/import.asp`, sender: USUAL_SENDER, timeout: 2_000, document, ...change,
});

const openApi: DoorUnderTest = {
  config: (url) => openApiConfig(url),
  booking: [
    'POST /api/saleorder/add', 'GET /api/saleorder/get', 'POST /api/saleorder/verify',
    'POST /api/oughtreceive/add', 'GET /api/oughtreceive/get', 'POST /api/oughtreceive/verify',
  ],
  takingBack: [
    'GET /api/oughtreceivelist/batch_get', 'POST /api/oughtreceive/unverify', 'POST /api/oughtreceive/abandon', 'GET /api/saleorderlist/batch_get', 'POST /api/saleorder/close',
  ],
  writes: { order: 'POST /api/saleorder/add', receivable: 'POST /api/oughtreceive/add' },
  stockList: 'currentstock',
  booked: ['oughtreceive 审核', 'saleorder 审核'],
  takenBack: ['oughtreceive 作废', 'saleorder 关闭'],
  orderTakenBack: ['saleorder 关闭'],
  mindsStock: { refuseShortStock: true },
  no: (errmsg) => ({ errcode: '20001', errmsg }),
};

const later: DoorUnderTest = { ...openApi, config: (url) => openApiConfig(url, { resultWithin: seconds(5) }), booking: [...openApi.booking, 'GET /result'] };

const eai: DoorUnderTest = {
  config: (url) => eaiConfig(url),
  booking: ['roottag="saleorder" proc="add"', 'roottag="saleorder" proc="Query"', 'roottag="oughtreceive" proc="add"', 'roottag="oughtreceive" proc="Query"'],
  takingBack: ['roottag="oughtreceive" proc="Query"', 'roottag="oughtreceive" proc="delete"', 'roottag="saleorder" proc="Query"', 'roottag="saleorder" proc="delete"'],
  writes: { order: 'roottag="saleorder" proc="add"', receivable: 'roottag="oughtreceive" proc="add"' },
  stockList: 'roottag="currentstock"',
  booked: ['oughtreceive 开立', 'saleorder 开立'],
  takenBack: ['oughtreceive 删除', 'saleorder 删除'],
  orderTakenBack: ['saleorder 删除'],
  mindsStock: { refuseShortStockOnSave: true },
  no: (dsc) => `<ufinterface roottag="return"><item key="" succeed="-1" dsc="${dsc}" u8key=""/></ufinterface>`,
};

/** Every way into U8: what holds for one must hold for the other. */
export const doors: readonly (readonly [string, DoorUnderTest])[] = [['the OpenAPI', openApi], ['the OpenAPI, which answers later', later], ['EAI', eai]];

/** What an accountant does in U8 itself. */
export async function accountant(url: string, kind: DocumentKind, verb: 'verify' | 'unverify' | 'close', code: string): Promise<void> {
  const u8 = openU8(openApiConfig(url), systemClock);
  const said = await u8.post(`${kind}/${verb}`, { bizId: `${verb} ${code} ${Math.random()}`, body: { [kind]: { voucher_code: code } } });
  u8.close();
  if (said.type !== 'yes') throw new Error(`U8 did not ${verb} ${code}: ${JSON.stringify(said)}`);
}
