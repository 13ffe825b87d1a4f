import { Controller, Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { topics } from '@order-mesh/contracts';
import type { Unit } from '@order-mesh/messaging';
import type { LearnRules, NoteSimulations, RulebookEvent, SimulationEvent } from '@order-mesh/rulebook';

export const LEARN_RULES = Symbol('learnRules');
export const NOTE_SIMULATIONS = Symbol('noteSimulations');

@Controller()
export class RulesInbound {
  constructor(
    @Inject(LEARN_RULES) private readonly learnRules: LearnRules,
    @Inject(NOTE_SIMULATIONS) private readonly noteSimulations: NoteSimulations,
  ) {}

  @EventPattern<string>(topics.rulesPublished)
  rules(@Payload() batch: readonly RulebookEvent[], @Ctx() unit: Unit): Promise<void> {
    return this.learnRules(batch, unit);
  }

  @EventPattern<string>(topics.simulationEvents)
  simulations(@Payload() batch: readonly SimulationEvent[], @Ctx() unit: Unit): Promise<void> {
    return this.noteSimulations(batch, unit);
  }
}
