import { maskPhonesIn } from '@order-mesh/kernel';
import { pino } from 'pino';
import { redacted } from './redact.ts';

/** Logs are events with fields, one per decision. Never a secret, never a phone number. */
export interface Log {
  debug(event: string, fields?: Readonly<Record<string, unknown>>): void;
  info(event: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(event: string, fields?: Readonly<Record<string, unknown>>): void;
  error(event: string, fields?: Readonly<Record<string, unknown>>): void;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** JSON lines on standard error, or in `file`; secrets and contacts are struck out wherever they occur (see `redacted`). */
export function createLog({ service, level, file }: { readonly service: string; readonly level: LogLevel; readonly file?: string }): Log {
  const logger = pino({
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }), log: redacted },
  }, pino.destination({ dest: file ?? 2, sync: false, mkdir: true }));
  return {
    debug: (event, fields) => { logger.debug(fields ?? {}, maskPhonesIn(event)); },
    info: (event, fields) => { logger.info(fields ?? {}, maskPhonesIn(event)); },
    warn: (event, fields) => { logger.warn(fields ?? {}, maskPhonesIn(event)); },
    error: (event, fields) => { logger.error(fields ?? {}, maskPhonesIn(event)); },
  };
}

/** Says nothing: for tests and for callers that listen elsewhere. */
export const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
