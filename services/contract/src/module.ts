import { Module } from '@nestjs/common';
import { outboundMigrations } from '@order-mesh/outbound';
import type { Runtime, ServiceDefinition } from '@order-mesh/platform';
import { readContractConfig, type ContractConfig } from './config.ts';
import { ANSWER_CONTRACT, ContractInbound } from './inbound/contract-inbound.ts';
import { CALLBACK_DESK, EsignCallback, type CallbackDesk } from './inbound/esign-callback.ts';
import { scheduleChecks } from './inbound/schedules.ts';
import { esign } from './outbound/esign/esign.ts';
import { printingThread } from './outbound/paper/printing-thread.ts';
import { pgContractBook, readContractsAhead } from './outbound/pg-contract-book.ts';
import { openSigningDesk, type SigningDeskOptions } from './outbound/signing-desk.ts';
import { answerContract } from './usecases/answer-contract.ts';
import { checkOpenFlows } from './usecases/check-open-flows.ts';
import { hearCallback } from './usecases/hear-callback.ts';
import type { SigningOffice } from './usecases/ports.ts';
import { settleSigning } from './usecases/settle-signing.ts';

@Module({})
class ContractModule {}

/** Opens the office that has contracts signed; what it answers goes to `settle`. */
export type OpenSigningOffice = (runtime: Runtime<ContractConfig>, settle: SigningDeskOptions['settle']) => SigningOffice;

const esignOffice: OpenSigningOffice = (runtime, settle) => {
  const { config, clock, onStop } = runtime;
  const printer = printingThread(config.printer);
  onStop(() => printer.close());
  return openSigningDesk({ runtime, operations: esign(config.esign, printer.print, clock), settle });
};

/** The service with another office behind the same port. */
export const contractServiceWith = (openOffice: OpenSigningOffice): ServiceDefinition<ContractConfig> => ({
  name: 'contract',
  migrations: new URL('../migrations/', import.meta.url),
  mechanisms: [outboundMigrations],
  readConfig: readContractConfig,
  readAhead: readContractsAhead,
  httpPort: ({ httpPort }) => httpPort,
  module: (runtime) => {
    const { config, log, clock, submit, database } = runtime;
    const contracts = pgContractBook(database);
    const settle = settleSigning({ contracts, log });
    const office: SigningOffice = openOffice(runtime, (answers, unit) => settle(answers, unit, office));
    const callbackDesk: CallbackDesk = { secret: config.esign.appSecret, clock, log, submit, hearCallback: hearCallback({ contracts, office, log }) };
    scheduleChecks(runtime, contracts, checkOpenFlows({ contracts, office, checkEvery: config.checkEvery }));
    return {
      module: ContractModule,
      controllers: [ContractInbound, EsignCallback],
      providers: [
        { provide: ANSWER_CONTRACT, useValue: answerContract({ contracts, office, log }) },
        { provide: CALLBACK_DESK, useValue: callbackDesk },
      ],
    };
  },
});

/** Is it signed? */
export const contractService = contractServiceWith(esignOffice);

export type { OfficeAnswer, SigningOffice } from './usecases/ports.ts';
export { openSigningDesk, type SigningOperations } from './outbound/signing-desk.ts';
