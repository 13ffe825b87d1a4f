import { resolve } from 'node:path';
import type { BrokerSecurity } from '@order-mesh/messaging';
import { readMeshNote, type MeshNote } from './up/mesh-file.ts';
import type { Env } from './up/settings.ts';

/** Where something was found, and who said so. */
export interface Found {
  readonly at: string;
  readonly from: 'flag' | 'environment' | 'running mesh' | 'usual place';
}

/** A Kafka that was found, with the login that the running mesh knows for it; for any other one the environment tells. */
export interface FoundKafka extends Found {
  readonly security?: BrokerSecurity | undefined;
}

interface Hints {
  readonly flag: string | undefined;
  readonly environment: string | undefined;
  readonly running: string | undefined;
  readonly usual: string;
}

/** A flag wins over the environment, which wins over the mesh that runs in this folder, which wins over the usual place. */
export function find({ flag, environment, running, usual }: Hints): Found {
  if (flag) return { at: flag, from: 'flag' };
  if (environment) return { at: environment, from: 'environment' };
  return running ? { at: running, from: 'running mesh' } : { at: usual, from: 'usual place' };
}

/** The addresses a command works with, for the folder it was called in. */
export interface Whereabouts {
  readonly mesh: MeshNote | undefined;
  readonly gateway: Found;
  readonly kafkaBrokers: FoundKafka;
  readonly databaseUrl: Found;
}

export interface WhereFlags {
  readonly gateway?: string;
  readonly brokers?: string;
  readonly dataDir?: string;
}

export function whereabouts(flags: WhereFlags, env: Env): Whereabouts {
  const mesh = readMeshNote(resolve(flags.dataDir ?? '.mesh'));
  const running = mesh?.addresses;
  const gateway = find({ flag: flags.gateway, environment: env['GATEWAY_URL'], running: running?.gateway, usual: 'http://127.0.0.1:8080' });
  const kafka = find({ flag: flags.brokers, environment: env['KAFKA_BROKERS'], running: running?.kafkaBrokers, usual: '127.0.0.1:19092' });
  return {
    mesh,
    gateway: { ...gateway, at: gateway.at.replace(/\/+$/, '') },
    kafkaBrokers: { ...kafka, ...(kafka.from === 'running mesh' && { security: running?.kafkaSecurity }) },
    databaseUrl: find({ flag: undefined, environment: env['DATABASE_URL'], running: running?.databaseUrl, usual: 'postgres://postgres@127.0.0.1:15432/postgres' }),
  };
}
