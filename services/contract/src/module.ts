import { Module } from '@nestjs/common';
import type { Clock } from '@order-mesh/kernel';
import { outboundMigrations } from '@order-mesh/outbound';
import { grouped, type Runtime, type ServiceDefinition } from '@order-mesh/platform';
import { openVault, privacyMigrations } from '@order-mesh/privacy';
import { pgRuleBook, readRulesAhead, rulebookMigrations, rulesInbound, scheduleShadows } from '@order-mesh/rulebook';
import { contractTemplate } from '@order-mesh/rules';
import { readContractConfig, type ContractConfig, type ProviderSettings } from './config.ts';
import type { CallbackProtocol } from './inbound/callbacks/callback.ts';
import { esignCallbacks } from './inbound/callbacks/esign.ts';
import { fascCallbacks } from './inbound/callbacks/fasc.ts';
import { seenCallbacks } from './inbound/callbacks/seen.ts';
import { ANSWER_CONTRACT, ContractInbound } from './inbound/contract-inbound.ts';
import { CALLBACK_DESK, ProviderCallback, type CallbackDesk } from './inbound/provider-callback.ts';
import { scheduleChecks } from './inbound/schedules.ts';
import { esign } from './outbound/esign/esign.ts';
import { fasc } from './outbound/fasc/fasc.ts';
import { printingThread } from './outbound/paper/printing-thread.ts';
import { pgContractBook, readContractsAhead } from './outbound/pg-contract-book.ts';
import { pgDocuments } from './outbound/pg-documents.ts';
import type { ESignProvider } from './outbound/provider.ts';
import { openSigningDesk, type SigningDeskOptions } from './outbound/signing-desk.ts';
import { signingOperations } from './outbound/signing-operations.ts';
import { answerContract } from './usecases/answer-contract.ts';
import { checkOpenFlows } from './usecases/check-open-flows.ts';
import { hearCallbacks, type Heard } from './usecases/hear-callbacks.ts';
import type { SigningOffice } from './usecases/ports.ts';
import { settleSigning } from './usecases/settle-signing.ts';

@Module({})
class ContractModule {}

/** Opens the office that has contracts signed; what it answers goes to `settle`. */
export type OpenSigningOffice = (runtime: Runtime<ContractConfig>, settle: SigningDeskOptions['settle']) => SigningOffice;

const openProvider = (settings: ProviderSettings, clock: Clock): ESignProvider => (settings.name === 'esign' ? esign(settings.esign, clock) : fasc(settings.fasc, clock));
const callbacksOf = (settings: ProviderSettings): CallbackProtocol => (settings.name === 'esign' ? esignCallbacks(settings.esign) : fascCallbacks(settings.fasc));

const providersOffice: OpenSigningOffice = (runtime, settle) => {
  const { config, clock, database, onStop } = runtime;
  const printer = printingThread(config.printer);
  onStop(() => printer.close());
  const provider = openProvider(config.provider, clock);
  return openSigningDesk({ runtime, provider: provider.name, limits: { ...provider.limits, ...(config.customerCallsPerSecond !== null && { ledgerPerSecond: config.customerCallsPerSecond }) }, operations: signingOperations({ provider, print: printer.print, documents: pgDocuments(database), contacts: openVault(config.privacyKey, runtime) }), settle });
};

/** The service with another office behind the same port. */
export const contractServiceWith = (openOffice: OpenSigningOffice): ServiceDefinition<ContractConfig> => ({
  name: 'contract',
  migrations: new URL('../migrations/', import.meta.url),
  mechanisms: [outboundMigrations, rulebookMigrations, privacyMigrations],
  readConfig: readContractConfig,
  readAhead: (batch, tx) => {
    readContractsAhead(batch, tx);
    readRulesAhead('contract')(batch, tx);
  },
  httpPort: ({ httpPort }) => httpPort,
  module: (runtime) => {
    const { config, policy, log, clock, submit, database } = runtime;
    const contracts = pgContractBook(database);
    const rules = pgRuleBook({ service: 'contract', points: [contractTemplate], policy, log });
    scheduleShadows(runtime, 'contract', rules);
    const settle = settleSigning({ contracts, log });
    const office: SigningOffice = openOffice(runtime, (answers, unit) => settle(answers, unit, office));
    const hearAll = hearCallbacks({ contracts, office, log });
    const hear = grouped(submit, async (callbacks: readonly Heard[], unit) => {
      await hearAll(callbacks, unit);
      return callbacks;
    });
    const callbackDesk: CallbackDesk = { provider: config.provider.name, protocol: callbacksOf(config.provider), seen: seenCallbacks(), clock, log, hear };
    scheduleChecks(runtime, contracts, checkOpenFlows({ contracts, office, checkEvery: config.checkEvery }));
    const learning = rulesInbound(rules);
    return {
      module: ContractModule,
      controllers: [ContractInbound, ProviderCallback, ...learning.controllers],
      providers: [
        { provide: ANSWER_CONTRACT, useValue: answerContract({ contracts, rules, office, log }) },
        ...learning.providers,
        { provide: CALLBACK_DESK, useValue: callbackDesk },
      ],
    };
  },
});

/** Is it signed? */
export const contractService = contractServiceWith(providersOffice);

export type { OfficeAnswer, SigningOffice } from './usecases/ports.ts';
export { openSigningDesk, type SigningOperations } from './outbound/signing-desk.ts';
