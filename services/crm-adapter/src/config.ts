import type { Duration } from '@order-mesh/kernel';
import type { ConfigReader } from '@order-mesh/platform';
import { readPrivacyKey } from '@order-mesh/privacy';

export interface SalesforceConfig {
  readonly url: string;
  /** Hosts besides that of `url` that a sign-in may send us to: `host` or `.domain` for all hosts below it. */
  readonly hosts: readonly string[];
  /** host:port of the Pub/Sub API. */
  readonly pubsub: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The name our own changes carry in their origin. */
  readonly clientName: string;
  readonly apiVersion: string;
  /** PEM of a certificate authority to trust besides the usual; '' for none. */
  readonly certificateAuthority: string;
  /** Takes any certificate: only for a simulator. */
  readonly insecureTls: boolean;
  readonly topic: string;
  /** Organisations with several currencies have the field CurrencyIsoCode. */
  readonly multiCurrency: boolean;
  readonly timeout: Duration;
  /** A stream that says nothing for so long is opened anew; the CRM promises a sign of life every 270 s. */
  readonly longestSilence: Duration;
}

export interface CrmAdapterConfig {
  readonly salesforce: SalesforceConfig;
  readonly giveUpReportAfter: Duration;
  /** Orders that an import takes on in a second, at most; 0 for as many as there is room for. */
  readonly importPerSecond: number;
  /** Seals the contacts of orders; '' seals none. */
  readonly privacyKey: string;
}

export const readCrmAdapterConfig = (read: ConfigReader): CrmAdapterConfig => {
  const clientId = read.text('SALESFORCE_CLIENT_ID', 'order-mesh');
  const url = read.text('SALESFORCE_URL', 'http://127.0.0.1:8081');
  const pubsub = read.text('SALESFORCE_PUBSUB', '127.0.0.1:8443');
  return {
    salesforce: {
      hosts: read.text('SALESFORCE_HOSTS', '.salesforce.com,.sfcrmapps.cn').split(',').map((host) => host.trim()).filter((host) => host !== ''),
      url,
      pubsub,
      clientId,
      clientSecret: read.secret('SALESFORCE_CLIENT_SECRET', { known: 'order-mesh-secret', at: url }),
      clientName: read.text('SALESFORCE_CLIENT_NAME', clientId),
      apiVersion: read.text('SALESFORCE_API_VERSION', '62.0'),
      certificateAuthority: read.text('SALESFORCE_CA', ''),
      // What listens on this very machine is the simulator with a certificate of its own making
      insecureTls: read.flag('SALESFORCE_TLS_INSECURE', /^(127\.0\.0\.1|localhost|\[::1\]):/.test(pubsub)),
      topic: read.text('SALESFORCE_TOPIC', '/data/OrderChangeEvent'),
      multiCurrency: read.flag('SALESFORCE_MULTI_CURRENCY', false),
      timeout: read.duration('SALESFORCE_TIMEOUT_MS', 15_000, 'milliseconds'),
      longestSilence: read.duration('SALESFORCE_SILENCE_SECONDS', 330, 'seconds'),
    },
    giveUpReportAfter: read.duration('CRM_GIVE_UP_HOURS', 24, 'hours'),
    importPerSecond: read.whole('CRM_IMPORT_ORDERS_PER_SECOND', 0, 'a whole number of orders, or 0 for no limit'),
    privacyKey: readPrivacyKey(read),
  };
};
