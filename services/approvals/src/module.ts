import { Module } from '@nestjs/common';
import type { ServiceDefinition } from '@order-mesh/platform';
import { readApprovalsConfig, type ApprovalsConfig } from './config.ts';
import { ANSWER_APPROVALS, ApprovalsInbound } from './inbound/approvals-inbound.ts';
import { scheduleExpiry } from './inbound/schedules.ts';
import { pgTaskBook } from './outbound/pg-task-book.ts';
import { answerApprovals } from './usecases/answer-approvals.ts';
import { expireApprovals } from './usecases/expire-approvals.ts';

@Module({})
class ApprovalsModule {}

/** Who must say yes, by when? */
export const approvalsService: ServiceDefinition<ApprovalsConfig> = {
  name: 'approvals',
  migrations: new URL('../migrations/', import.meta.url),
  readConfig: readApprovalsConfig,
  module: (runtime) => {
    const ports = { book: pgTaskBook, log: runtime.log };
    scheduleExpiry(runtime, expireApprovals(ports, runtime.config.expireAtMost));
    return {
      module: ApprovalsModule,
      controllers: [ApprovalsInbound],
      providers: [{ provide: ANSWER_APPROVALS, useValue: answerApprovals(ports) }],
    };
  },
};

export { decideTask } from './domain/task.ts';
