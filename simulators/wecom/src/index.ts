export { USUAL_CREDENTIALS, type WecomCredentials } from './credentials.ts';
export { msgSignature, seal, type Envelope } from './envelope.ts';
export type { Act, Approval } from './approval.ts';
export type { Message } from './book.ts';
export type { WecomSettings } from './office.ts';
export { startWecom, type WecomOptions, type WecomSimulator } from './server.ts';
export { USUAL_TEMPLATE, type Template } from './template.ts';
