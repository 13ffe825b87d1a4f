import { Controller, Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { topics } from '@order-mesh/contracts';
import type { Unit } from '@order-mesh/messaging';
import type { ProjectRules, ProjectSimulations, RulesEvent, SimulationEvent } from '../usecases/project-rules.ts';

export const PROJECT_RULES = Symbol('projectRules');
export const PROJECT_SIMULATIONS = Symbol('projectSimulations');

/** What becomes of changes of the rules, what is in force, and how far simulations are. */
@Controller()
export class RulesProjectionController {
  constructor(@Inject(PROJECT_RULES) private readonly projectRules: ProjectRules, @Inject(PROJECT_SIMULATIONS) private readonly projectSimulations: ProjectSimulations) {}

  @EventPattern([topics.rulesEvents, topics.rulesPublished])
  rules(@Payload() batch: readonly RulesEvent[], @Ctx() unit: Unit): Promise<void> {
    return this.projectRules(batch, unit);
  }

  @EventPattern<string>(topics.simulationEvents)
  simulations(@Payload() batch: readonly SimulationEvent[], @Ctx() unit: Unit): Promise<void> {
    return this.projectSimulations(batch, unit);
  }
}
