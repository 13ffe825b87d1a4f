export { databaseUnreachable, MeshError, never, type MeshErrorCode } from './errors.ts';
export { fen, fenFromYuan, marginOf, MAX_FEN, sumFen, timesFen, yuanFromFen, type Fen } from './money.ts';
export { Lately } from './lately.ts';
export { isLoopback } from './loopback.ts';
export { maskName, maskPhone, maskPhonesIn, maskStreet, strikeOut } from './mask.ts';
export { pick } from './pick.ts';
export { quantity, type Quantity } from './quantity.ts';
export { rateOver, type Rate } from './rate.ts';
export { days, hours, milliseconds, minutes, seconds, settableClock, systemClock, type Clock, type Duration, type Instant } from './time.ts';
