export type { EsignSettings } from './desk.ts';
export { callbackSignature, requestSignature, USUAL_CREDENTIALS, type EsignCredentials } from './signature.ts';
export { startEsign, type EsignOptions, type EsignSimulator } from './server.ts';
