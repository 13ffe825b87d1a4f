export { createCodec, type Codec, type CodecOptions, type Decoded } from './codec.ts';
export { MAX_INSTANT, MAX_ITEMS, MAX_MESSAGE_BYTES } from './limits.ts';
export type { UnreadableReason } from './source.ts';
export { lookUpSchema, registerSchemas, type ExternalNumbers, type RegistryOptions } from './external-registry.ts';
