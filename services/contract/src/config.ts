import type { Duration } from '@order-mesh/kernel';
import type { ConfigReader } from '@order-mesh/platform';
import type { EsignSettings } from './outbound/esign/esign.ts';
import type { PrinterSettings } from './outbound/paper/print-contract.ts';

export interface ContractConfig {
  readonly httpPort: number;
  readonly esign: EsignSettings;
  readonly printer: PrinterSettings;
  /** Longest pause between two looks at a flow that is open. */
  readonly checkEvery: Duration;
}

export const readContractConfig = (read: ConfigReader): ContractConfig => ({
  httpPort: read.whole('CONTRACT_HTTP_PORT', 8085, 'a port number'),
  esign: {
    url: read.text('ESIGN_URL', 'http://127.0.0.1:8083'),
    appId: read.text('ESIGN_APP_ID', '7439000001'),
    appSecret: read.text('ESIGN_APP_SECRET', 'demo-esign-secret'),
    fileHosts: read.text('ESIGN_FILE_HOSTS', '').split(',').map((host) => host.trim()).filter((host) => host !== ''),
    callbackUrl: read.text('CONTRACT_CALLBACK_URL', 'http://127.0.0.1:8085/v1/callbacks/esign'),
  },
  printer: {
    seller: read.text('CONTRACT_SELLER_NAME', '示范制造有限公司'),
    fontFile: read.text('CONTRACT_FONT_FILE', ''),
  },
  checkEvery: read.duration('CONTRACT_CHECK_SECONDS', 60, 'seconds'),
});
