import { pino } from 'pino';

/** Logs are events with fields, one per decision. Never a secret, never a phone number. */
export interface Log {
  debug(event: string, fields?: Readonly<Record<string, unknown>>): void;
  info(event: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(event: string, fields?: Readonly<Record<string, unknown>>): void;
  error(event: string, fields?: Readonly<Record<string, unknown>>): void;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** JSON lines on standard error, or in `file`; the names of secrets and of personal data are struck out wherever they occur. */
export function createLog({ service, level, file }: { readonly service: string; readonly level: LogLevel; readonly file?: string }): Log {
  const logger = pino({
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { error: describe, cause: describe },
    redact: { paths: HIDDEN.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '***' },
  }, pino.destination({ dest: file ?? 2, sync: false, mkdir: true }));
  return {
    debug: (event, fields) => { logger.debug(fields ?? {}, event); },
    info: (event, fields) => { logger.info(fields ?? {}, event); },
    warn: (event, fields) => { logger.warn(fields ?? {}, event); },
    error: (event, fields) => { logger.error(fields ?? {}, event); },
  };
}

const HIDDEN = ['password', 'secret', 'token', 'access_token', 'authorization', 'phone', 'street', 'contact'];

function describe(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  return { message: error.message, code: 'code' in error ? error.code : undefined, cause: error.cause ? describe(error.cause) : undefined, stack: error.stack };
}

/** Says nothing: for tests and for callers that listen elsewhere. */
export const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
