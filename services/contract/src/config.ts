import { isLoopback, type Duration } from '@order-mesh/kernel';
import type { ConfigReader } from '@order-mesh/platform';
import { readPrivacyKey } from '@order-mesh/privacy';
import type { EsignSettings } from './outbound/esign/esign.ts';
import type { FascSettings } from './outbound/fasc/fasc.ts';
import type { PrinterSettings } from './outbound/paper/print-contract.ts';

export type ProviderSettings = { readonly name: 'esign'; readonly esign: EsignSettings } | { readonly name: 'fasc'; readonly fasc: FascSettings };

export interface ContractConfig {
  readonly httpPort: number;
  readonly provider: ProviderSettings;
  readonly printer: PrinterSettings;
  /** Calls to the provider begun a second for one customer, at most; as many as for all when null. */
  readonly customerCallsPerSecond: number | null;
  /** Longest pause between two looks at a flow that is open. */
  readonly checkEvery: Duration;
  /** Opens the contacts that contracts name; '' where none are sealed. */
  readonly privacyKey: string;
}

export const readContractConfig = (read: ConfigReader): ContractConfig => {
  const printer = { seller: read.text('CONTRACT_SELLER_NAME', '示范制造有限公司'), fontFile: read.text('CONTRACT_FONT_FILE', '') };
  return {
    httpPort: read.whole('CONTRACT_HTTP_PORT', 8085, 'a port number'),
    provider: providerSettings(read, printer),
    printer,
    customerCallsPerSecond: read.whole('CONTRACT_CUSTOMER_CALLS_PER_SECOND', 0, 'a whole number of calls for one customer, 0 for as many as for all') || null,
    checkEvery: read.duration('CONTRACT_CHECK_SECONDS', 60, 'seconds'),
    privacyKey: readPrivacyKey(read),
  };
};

function providerSettings(read: ConfigReader, { seller }: PrinterSettings): ProviderSettings {
  const name = read.oneOf('ESIGN_PROVIDER', ['esign', 'fasc'], 'esign');
  const callbackUrl = read.text('CONTRACT_CALLBACK_URL', `http://127.0.0.1:8085/v1/callbacks/${name}`);
  if (name === 'esign') {
    const url = read.text('ESIGN_URL', 'http://127.0.0.1:8083');
    const own = ownOnly(read, url);
    return { name, esign: { url, appId: own('ESIGN_APP_ID', '7439000001'), appSecret: secretAt(read, url)('ESIGN_APP_SECRET', 'demo-esign-secret'), appSecretBefore: read.text('ESIGN_APP_SECRET_BEFORE', ''), fileHosts: hosts(read, 'ESIGN_FILE_HOSTS'), callbackUrl } };
  }
  // Its documentation names the address with the path of the API
  const url = read.text('FASC_URL', 'http://127.0.0.1:8088').replace(/(\/api\/v5)?\/*$/, '');
  const own = ownOnly(read, url);
  const access = { url, appId: own('FASC_APP_ID', '80003999'), appSecret: secretAt(read, url)('FASC_APP_SECRET', 'demo-fasc-secret'), appSecretBefore: read.text('FASC_APP_SECRET_BEFORE', ''), fileHosts: hosts(read, 'FASC_FILE_HOSTS') };
  const freeSignBusinessId = read.text('FASC_FREE_SIGN_BUSINESS_ID', isLoopback(url) ? 'demo-free-sign' : '');
  const callsPerSecond = Math.max(1, read.whole('FASC_CALLS_PER_SECOND', 20, 'a whole number of calls'));
  return { name, fasc: { ...access, openCorpId: own('FASC_OPEN_CORP_ID', 'demo-fasc-corp'), freeSignBusinessId, callsPerSecond, seller, callbackUrl } };
}

/** Reads a credential: the simulator's own where the address is this machine's; of a real provider it must be set. */
function ownOnly(read: ConfigReader, url: string): (name: string, simulators: string) => string {
  return (name, simulators) => read.text(name, isLoopback(url) ? simulators : undefined);
}

/** One that must be set and must not be the simulators', which everybody knows. */
function secretAt(read: ConfigReader, url: string): (name: string, known: string) => string {
  return (name, known) => (ownOnly(read, url)(name, known) === '' ? '' : read.secret(name, { known, at: url }));
}

function hosts(read: ConfigReader, name: string): readonly string[] {
  return read.text(name, '').split(',').map((host) => host.trim()).filter((host) => host !== '');
}
