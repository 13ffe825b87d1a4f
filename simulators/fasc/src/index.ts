export { startFasc, type FascOptions, type FascSimulator } from './server.ts';
export type { FascSettings } from './settings.ts';
export { callbackHeaders, fascSignature, USUAL_CREDENTIALS, type FascCredentials } from './signature.ts';
