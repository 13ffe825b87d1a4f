import type { Duration } from '@order-mesh/kernel';
import type { ConfigReader } from '@order-mesh/platform';

/** How U8 is reached: through its OpenAPI, by way of Yonyou's cloud or a relay, or through EAI on the premises. */
export type U8Config = OpenApiConfig | EaiConfig;

interface DoorConfig {
  /** One HTTP request; a booking makes four to six of them. */
  readonly timeout: Duration;
  readonly document: U8DocumentConfig;
}

/** Where U8's OpenAPI is and as whom we call it. */
export interface OpenApiConfig extends DoorConfig {
  readonly mode: 'openapi';
  readonly url: string;
  readonly fromAccount: string;
  readonly toAccount: string;
  readonly appKey: string;
  readonly appSecret: string;
  /** The company (账套) of the mesh; every call names it. */
  readonly dataSource: string;
  /** How long the result of a sales order that U8 enters later (`sync=0`) is waited for; null when U8 is to answer at once. */
  readonly resultWithin: Duration | null;
}

/** Where U8's EAI is, and the registered system (外部系统) as which we call it: it names the company, and whoever knows it may write. */
export interface EaiConfig extends DoorConfig {
  readonly mode: 'eai';
  readonly url: string;
  readonly sender: string;
}

/** What every document of ours carries besides the order. */
export interface U8DocumentConfig {
  readonly saleType: string;
  readonly department: string;
  readonly taxRate: string;
}

export interface ErpAdapterConfig {
  readonly u8: U8Config;
  readonly poll: Duration;
  readonly batchRows: number;
  /** A booking or its undo that U8 has not answered for so long is given up. */
  readonly giveUpAfter: Duration;
  readonly concurrency: number;
  readonly bookingsPerSecond: number;
  /** The same of one company's books. */
  readonly companyBookingsPerSecond: number;
}

export function readErpAdapterConfig(read: ConfigReader): ErpAdapterConfig {
  const mode = read.oneOf('U8_MODE', ['openapi', 'eai'], 'openapi');
  const bookingsPerSecond = Math.max(1, read.whole('U8_BOOKINGS_PER_SECOND', 100, 'a whole number of bookings begun a second'));
  return {
    u8: mode === 'eai' ? eai(read) : openApi(read),
    poll: read.duration('ERP_POLL_SECONDS', 10, 'seconds'),
    batchRows: read.whole('ERP_BATCH_ROWS', 500, 'a whole number of rows'),
    giveUpAfter: read.duration('ERP_GIVE_UP_MINUTES', 120, 'minutes'),
    concurrency: read.whole('U8_CONCURRENCY', mode === 'eai' ? 2 : 8, 'a whole number of bookings under way at once'),
    bookingsPerSecond,
    companyBookingsPerSecond: Math.max(1, read.whole('U8_COMPANY_BOOKINGS_PER_SECOND', bookingsPerSecond, 'a whole number of bookings begun a second in one company\'s books')),
  };
}

const u8Url = (read: ConfigReader): string => read.text('U8_URL', 'http://127.0.0.1:8082');

const openApi = (read: ConfigReader): OpenApiConfig => ({
  mode: 'openapi',
  url: u8Url(read),
  fromAccount: read.text('U8_FROM_ACCOUNT', 'order-mesh'),
  toAccount: read.text('U8_TO_ACCOUNT', 'demo-company'),
  appKey: read.text('U8_APP_ID', 'opa-order-mesh'),
  appSecret: read.secret('U8_APP_SECRET', { known: 'demo-secret', at: u8Url(read) }),
  dataSource: read.text('U8_DATA_SOURCE', '1'),
  resultWithin: read.oneOf('U8_ORDER_ANSWERS', ['at-once', 'later'], 'at-once') === 'later' ? read.duration('U8_RESULT_MINUTES', 10, 'minutes') : null,
  timeout: read.duration('U8_TIMEOUT_MS', 10_000, 'milliseconds'),
  document: documents(read),
});

// No usual values: another company's books must not be written to by mistake. EAI saves through U8's own components, which takes seconds
const eai = (read: ConfigReader): EaiConfig => ({
  mode: 'eai',
  url: read.url('U8_EAI_URL', 'http://<U8 server>/u8eai/import.asp'),
  sender: read.text('U8_EAI_SENDER'),
  timeout: read.duration('U8_TIMEOUT_MS', 30_000, 'milliseconds'),
  document: documents(read),
});

const documents = (read: ConfigReader): U8DocumentConfig => ({
  saleType: read.text('U8_SALE_TYPE', '01'),
  department: read.text('U8_DEPARTMENT', '0301'),
  taxRate: String(read.whole('U8_TAX_RATE', 13, 'a whole number of percent')),
});
