import { randomUUID } from 'node:crypto';
import type { Journal, SimulatorClock } from '@order-mesh/simulator';
import { expire, isProblem, sign, whoseTurn, type Behaviour, type Flow, type Problem, type Signer, type Step } from './flow.ts';
import type { Entry, Letter, Memory } from './memory.ts';

/** How the signing people are set. */
export interface EsignSettings {
  /** How long one signer takes; a company that seals by itself takes no time. */
  readonly signDelayMs: number;
  /** Names, ids or accounts of signers who refuse, besides the sample's. */
  readonly refuse: readonly string[];
  /** Names, ids or accounts of signers who never answer. */
  readonly silent: readonly string[];
}

/** What the desk works with. */
export interface DeskContext {
  readonly memory: Memory;
  readonly journal: () => Journal<Entry>;
  readonly settings: () => EsignSettings;
  readonly behaviourOf: (signer: Signer) => Behaviour;
  readonly clock: SimulatorClock;
  readonly send: (letters: readonly Letter[]) => void;
}

/** Where flows are kept moving: every change is recorded, told to notifyUrl, and the next signer is given the pen. */
export interface Desk {
  /** Takes a step over; a "no" changes nothing. */
  take(step: Step | Problem): Flow | Problem;
  /** Goes on with every flow an earlier process left open. */
  resume(): void;
  stop(): void;
}

/** Opens the desk. */
export function openDesk(context: DeskContext): Desk {
  const { memory, journal, clock } = context;
  const timers = new Map<string, () => void>();
  const take = (step: Step | Problem): Flow | Problem => {
    if (isProblem(step)) return step;
    const { flows, letters } = withConsequences(step, memory, clock.now());
    journal().record({ type: 'changed', flows, letters });
    context.send(letters);
    wake(step.flow);
    return step.flow;
  };
  const wake = (flow: Flow) => {
    timers.get(flow.id)?.();
    timers.delete(flow.id);
    const dueAt = nextAt(flow, context);
    if (dueAt === undefined) return;
    timers.set(flow.id, clock.at(dueAt, () => goOn(flow.id)));
  };
  const goOn = (flowId: string) => {
    const flow = memory.flow(flowId);
    const signer = flow && whoseTurn(flow);
    if (!flow || !signer) return;
    const expired = expire(flow, clock.now());
    const behaviour = context.behaviourOf(signer);
    if (expired) take(expired);
    else if (behaviour === 'silent') wake(flow);
    else take(sign(flow, signer, { behaviour, now: clock.now() }));
  };
  return {
    take,
    resume() {
      memory.flows().forEach(wake);
      context.send([...memory.waiting.values()]);
    },
    stop: () => timers.forEach((leave) => leave()),
  };
}

function nextAt(flow: Flow, { settings, behaviourOf, clock }: DeskContext): number | undefined {
  const signer = whoseTurn(flow);
  if (!signer) return undefined;
  if (signer.autoSign) return clock.now();
  return behaviourOf(signer) === 'silent' ? flow.expiresAt : Math.min(flow.expiresAt, clock.now() + settings().signDelayMs);
}

function withConsequences({ flow, notices }: Step, memory: Memory, now: number): { readonly flows: readonly Flow[]; readonly letters: readonly Letter[] } {
  const letters = notices.flatMap((notice) => letterFor(flow, notice));
  const original = flow.rescinds === undefined ? undefined : memory.flow(flow.rescinds);
  if (!original || original.rescissionStatus === 3) return { flows: [flow], letters };
  if (flow.status === 1) return { flows: [flow, { ...original, rescissionStatus: 1 }], letters };
  if (flow.status !== 2) return { flows: [flow, { ...original, rescissionStatus: 0 }], letters };
  const rescinded = { action: 'SIGN_FILE_RESCINDED', timestamp: now, signFlowId: original.id, rescissionSignFlowId: flow.id, rescissionFileIds: flow.docs.map(({ fileId }) => fileId) };
  return { flows: [flow, { ...original, rescissionStatus: 3 }], letters: [...letters, ...letterFor(flow, rescinded)] };
}

function letterFor(flow: Flow, notice: object): Letter[] {
  return flow.notifyUrl === undefined ? [] : [{ id: randomUUID(), flowId: flow.id, url: flow.notifyUrl, body: JSON.stringify(notice) }];
}
