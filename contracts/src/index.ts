export type { Contract, DoneOf, Reply, ValueOf } from './contract.ts';
export * from './generated/messages.ts';
export { registry } from './generated/registry.ts';
export { isMessageName, isOrderTopic } from './names.ts';
export { kindOfField, sealedIn, sealedText, type Sealed } from './personal.ts';
export type { RegisteredSchema } from './registered.ts';
export { shapeOf, valueOfDefault, type ArrayShape, type EnumShape, type FieldShape, type NullableShape, type PersonalKind, type PlainShape, type RecordShape, type Shape } from './shape.ts';
export { defaultPolicy, longestWaitForApproval, minutesOfDay, type Policy } from './policy.ts';
export { voiceOf, voices, type ServiceName, type Voice } from './voices.ts';
