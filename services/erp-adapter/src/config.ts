import type { Duration } from '@order-mesh/kernel';
import type { ConfigReader } from '@order-mesh/platform';

/** Where U8's OpenAPI is and as whom we call it. */
export interface U8Config {
  readonly url: string;
  readonly fromAccount: string;
  readonly toAccount: string;
  readonly appKey: string;
  readonly appSecret: string;
  /** The company (账套) of the mesh; every call names it. */
  readonly dataSource: string;
  /** One HTTP request; a booking makes six of them. */
  readonly timeout: Duration;
  readonly document: U8DocumentConfig;
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
}

export const readErpAdapterConfig = (read: ConfigReader): ErpAdapterConfig => ({
  u8: {
    url: read.text('U8_URL', 'http://127.0.0.1:8082'),
    fromAccount: read.text('U8_FROM_ACCOUNT', 'order-mesh'),
    toAccount: read.text('U8_TO_ACCOUNT', 'demo-company'),
    appKey: read.text('U8_APP_ID', 'opa-order-mesh'),
    appSecret: read.text('U8_APP_SECRET', 'demo-secret'),
    dataSource: read.text('U8_DATA_SOURCE', '1'),
    timeout: read.duration('U8_TIMEOUT_MS', 10_000, 'milliseconds'),
    document: {
      saleType: read.text('U8_SALE_TYPE', '01'),
      department: read.text('U8_DEPARTMENT', '0301'),
      taxRate: read.text('U8_TAX_RATE', '13'),
    },
  },
  poll: read.duration('ERP_POLL_SECONDS', 10, 'seconds'),
  batchRows: read.whole('ERP_BATCH_ROWS', 500, 'a whole number of rows'),
  giveUpAfter: read.duration('ERP_GIVE_UP_MINUTES', 120, 'minutes'),
  concurrency: read.whole('U8_CONCURRENCY', 8, 'a whole number of bookings under way at once'),
  bookingsPerSecond: read.whole('U8_BOOKINGS_PER_SECOND', 100, 'a whole number of bookings begun a second'),
});
