export { msgDigest, USUAL_CREDENTIALS, type CarrierCredentials } from './digest.ts';
export { startCarrier, type CarrierOptions, type CarrierSimulator } from './server.ts';
export type { CarrierSettings } from './shipment.ts';
