import { Module } from '@nestjs/common';
import { MeshError } from '@order-mesh/kernel';
import type { Database, ServiceDefinition } from '@order-mesh/platform';
import { readAuditConfig, type AuditConfig } from './config.ts';
import { printOf, type Mac } from './domain/chain.ts';
import { AuditInbound, RECORD_ACTS } from './inbound/audit-inbound.ts';
import { scheduleAnchors } from './inbound/schedules.ts';
import { auditMeasures } from './measures.ts';
import { auditReader } from './outbound/audit-reader.ts';
import { hmacUnder } from './outbound/hmac.ts';
import { pgChain } from './outbound/pg-chain.ts';
import { anchorChain } from './usecases/anchor-chain.ts';
import { recordActs } from './usecases/record-acts.ts';

@Module({})
class AuditModule {}

/** Who changed what, and can anybody have changed the record of it? */
export const auditService: ServiceDefinition<AuditConfig> = {
  name: 'audit',
  migrations: new URL('../migrations/', import.meta.url),
  readConfig: readAuditConfig,
  // sees what a batch decided once, at its end, behind everybody's locks; it anchors through local work
  projection: true,
  module: (runtime) => {
    const { config, log, database, metrics } = runtime;
    const alarms = metrics.counter(auditMeasures.alarms);
    const ports = { chain: pgChain, mac: hmacUnder(config.key), log };
    // without the key of the chain nothing may be taken: a row under another key would break it
    runtime.checkFirst(() => checkKey(database, ports.mac));
    const anchor = scheduleAnchors(runtime, anchorChain({ ...ports, cry: () => { alarms.add({}); } }));
    return {
      module: AuditModule,
      controllers: [AuditInbound],
      providers: [
        { provide: RECORD_ACTS, useValue: recordActs({ ...ports, anchorEveryEntries: config.anchorEveryEntries, anchor }) },
      ],
    };
  },
};

async function checkKey(database: Database, mac: Mac): Promise<void> {
  const { keyPrint } = await auditReader(database).head();
  if (keyPrint !== null && keyPrint !== printOf(mac)) {
    throw new MeshError('BAD_CONFIG', { advice: 'AUDIT_KEY is not the key that the audit log of this database was begun with: give it that one; without it nobody can show any more that the log was not changed' });
  }
}

export type { Act, Entry } from './domain/act.ts';
export { printOf, type Head, type SealedEntry } from './domain/chain.ts';
export { checkChain, type Anchor, type ChainCheck, type Checked, type Fault } from './domain/check.ts';
export { auditReader, type AuditReader, type EntryFilter } from './outbound/audit-reader.ts';
export { hmacUnder } from './outbound/hmac.ts';
