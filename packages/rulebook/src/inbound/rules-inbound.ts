import { Controller, Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { topics } from '@order-mesh/contracts';
import type { Unit } from '@order-mesh/messaging';
import { learnRules, type LearnRules, type RulebookEvent } from '../learn-rules.ts';
import type { RuleBook } from '../rule-book.ts';
import { noteSimulations, type NoteSimulations, type SimulationEvent } from '../simulate-rules.ts';

const LEARN_RULES = Symbol('learnRules');
const NOTE_SIMULATIONS = Symbol('noteSimulations');

@Controller()
class RulesInbound {
  constructor(@Inject(LEARN_RULES) private readonly learnRules: LearnRules) {}

  @EventPattern<string>(topics.rulesPublished)
  rules(@Payload() batch: readonly RulebookEvent[], @Ctx() unit: Unit): Promise<void> {
    return this.learnRules(batch, unit);
  }
}

@Controller()
class SimulationsInbound {
  constructor(@Inject(NOTE_SIMULATIONS) private readonly noteSimulations: NoteSimulations) {}

  @EventPattern<string>(topics.simulationEvents)
  simulations(@Payload() batch: readonly SimulationEvent[], @Ctx() unit: Unit): Promise<void> {
    return this.noteSimulations(batch, unit);
  }
}

/** What the module of a service that decides by rules takes them in with. */
export const rulesInbound = (rules: RuleBook) => ({ controllers: [RulesInbound], providers: [{ provide: LEARN_RULES, useValue: learnRules(rules) }] });

/** What the module of a service takes in with that puts rules to its past decisions. */
export const simulationsInbound = (ports: Parameters<typeof noteSimulations>[0]) => ({ controllers: [SimulationsInbound], providers: [{ provide: NOTE_SIMULATIONS, useValue: noteSimulations(ports) }] });
