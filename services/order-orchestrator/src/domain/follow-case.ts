import type { AnyMessage, DecideCase } from '@order-mesh/contracts';
import type { Instant } from '@order-mesh/kernel';
import { advance, hear, type SagaState } from '@order-mesh/saga';
import { follow, type Definitions } from './follow.ts';
import { assignCase, decideCase, followOrder, type CaseRules, type OrderCase } from './order-case.ts';

/** An order with its case, if it has one. */
export interface Dossier {
  readonly state: SagaState | null;
  readonly orderCase: OrderCase | undefined;
}

export interface DossierStep extends Dossier {
  readonly sends: readonly AnyMessage[];
}

export interface Circumstances {
  readonly definitions: Definitions;
  readonly rules: CaseRules;
  readonly now: Instant;
}

/** Follows an order and its case by one message. */
export function followDossier({ state, orderCase }: Dossier, message: AnyMessage, circumstances: Circumstances): DossierStep {
  const { definitions, now } = circumstances;
  switch (message.type) {
    case 'AssignCase': {
      const step = assignCase(orderCase, message.value, now);
      return { state, orderCase: step.orderCase, sends: step.told };
    }
    case 'DecideCase': return decide({ state, orderCase }, message.value, circumstances);
    default: return withCase({ state, orderCase }, follow(definitions, state, message, now), circumstances);
  }
}

/** The case follows its order from one state to the next. */
export function withCase({ state, orderCase }: Dossier, followed: { readonly state: SagaState | null; readonly sends: readonly AnyMessage[] }, { rules, now }: Circumstances): DossierStep {
  const step = followOrder(orderCase, state, followed.state, { rules, now });
  return { state: followed.state, orderCase: step.orderCase, sends: [...followed.sends, ...step.told] };
}

/** Whether a message may touch the order's case, so that it has to be known. */
export function concernsCase(state: SagaState | null, message: AnyMessage, { definitions }: Pick<Circumstances, 'definitions'>): boolean {
  if (message.type === 'AssignCase' || message.type === 'DecideCase') return true;
  if (state?.status === 'manual') return true;
  return state?.status === 'undoing' && (state.again === true || hear(definitions.named(state.definition), message)?.type === 'undoRefused');
}

function decide({ state, orderCase }: Dossier, decision: DecideCase, circumstances: Circumstances): DossierStep {
  const { definitions, now } = circumstances;
  const step = decideCase(orderCase, decision, now);
  const advanced = step.saga && state ? advance(definitions.named(state.definition), state, step.saga, now) : null;
  if (!advanced) return { state, orderCase: step.orderCase, sends: step.told };
  const followed = withCase({ state, orderCase: step.orderCase }, advanced, circumstances);
  return { ...followed, sends: [...step.told, ...followed.sends] };
}
