import { maskPhonesIn } from '@order-mesh/kernel';
import { pino } from 'pino';
import { redacted } from './redact.ts';
import { traceIdAtHand } from './traces-at-hand.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Logs are events with fields, one per decision. Never a secret, never a phone number. A line that names an order names its trace. */
export interface Log {
  debug(event: string, fields?: Fields): void;
  info(event: string, fields?: Fields): void;
  warn(event: string, fields?: Fields): void;
  error(event: string, fields?: Fields): void;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** JSON lines on standard error, or in `file`; secrets and contacts are struck out wherever they occur (see `redacted`). */
export function createLog({ service, level, file }: { readonly service: string; readonly level: LogLevel; readonly file?: string }): Log {
  const logger = pino({
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  }, pino.destination({ dest: file ?? 2, sync: false, mkdir: true }));
  const at = (name: Exclude<LogLevel, 'silent'>) => (event: string, fields: Fields = {}): void => {
    if (logger.isLevelEnabled(name)) logger[name](traced(redacted(fields)), maskPhonesIn(event));
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** A line about an order names its trace. */
function traced(fields: Fields): Fields {
  const { orderId, traceId } = fields;
  return typeof orderId === 'string' && orderId !== '' && traceId === undefined ? { ...fields, traceId: traceIdAtHand(orderId) } : fields;
}

/** Says nothing: for tests and for callers that listen elsewhere. */
export const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
