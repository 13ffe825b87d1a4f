import { Module } from '@nestjs/common';
import { minutesOfDay, type Policy } from '@order-mesh/contracts';
import { minutes } from '@order-mesh/kernel';
import type { ServiceDefinition } from '@order-mesh/platform';
import { pgRuleBook, rulebookMigrations, rulesInbound, scheduleShadows } from '@order-mesh/rulebook';
import { approvalFlow } from '@order-mesh/rules';
import { readApprovalsConfig, type ApprovalsConfig } from './config.ts';
import type { WorkingCalendar } from './domain/working-calendar.ts';
import { ANSWER_APPROVALS, ANSWER_DELEGATIONS, ApprovalsInbound } from './inbound/approvals-inbound.ts';
import { schedulePressing, scheduleTaskCounts } from './inbound/schedules.ts';
import { pgDelegationBook } from './outbound/pg-delegation-book.ts';
import { pgTaskBook } from './outbound/pg-task-book.ts';
import { countTasks } from './outbound/pg-task-count.ts';
import { publicHolidays } from './outbound/public-holidays.ts';
import { answerApprovals } from './usecases/answer-approvals.ts';
import { answerDelegations } from './usecases/answer-delegations.ts';
import { pressApprovals } from './usecases/press-approvals.ts';

@Module({})
class ApprovalsModule {}

/** Who must say yes, by when? */
export const approvalsService: ServiceDefinition<ApprovalsConfig> = {
  name: 'approvals',
  migrations: new URL('../migrations/', import.meta.url),
  mechanisms: [rulebookMigrations],
  readConfig: readApprovalsConfig,
  module: (runtime) => {
    const { config, policy, log } = runtime;
    const ruleBook = pgRuleBook({ service: 'approvals', points: [approvalFlow], policy, log });
    const ports = { book: pgTaskBook, delegations: pgDelegationBook, ruleBook, rules: { ...policy.approvals, calendar: calendarOf(policy.approvals, config.moreHolidays) }, people: config.people, log };
    scheduleShadows(runtime, 'approvals', ruleBook);
    schedulePressing(runtime, pressApprovals(ports, config.expireAtMost));
    scheduleTaskCounts(runtime, countTasks(runtime.database));
    const learning = rulesInbound(ruleBook);
    return {
      module: ApprovalsModule,
      controllers: [ApprovalsInbound, ...learning.controllers],
      providers: [
        { provide: ANSWER_APPROVALS, useValue: answerApprovals(ports) }, { provide: ANSWER_DELEGATIONS, useValue: answerDelegations(ports) }, ...learning.providers,
      ],
    };
  },
};

const calendarOf = ({ workFrom, workUntil }: Policy['approvals'], moreHolidays: string): WorkingCalendar =>
  ({ holidays: publicHolidays(moreHolidays), workFrom: minutes(minutesOfDay(workFrom)), workUntil: minutes(minutesOfDay(workUntil)) });

export { decideTask } from './domain/task.ts';
