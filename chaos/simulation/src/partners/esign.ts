import type { SigningOperations } from '@order-mesh/contract';
import type { Owner } from '../virtual/timeline.ts';
import type { Timeline } from '../virtual/timeline.ts';
import { WORLD } from '../virtual/timeline.ts';
import type { Wire } from './wire.ts';

/** How the parties of an order decide. */
export interface SigningFate {
  readonly decision: 'sign' | 'refuse' | 'never';
  readonly afterMs: number;
  /** Whether they also sign its rescission, should it come to that. */
  readonly rescinds: boolean;
}

export interface Flow {
  readonly signFlowId: string;
  readonly orderId: string;
  readonly openForMs: number;
  status: 'draft' | 'open' | 'completed' | 'refused' | 'revoked' | 'expired';
  rescission: 'none' | 'open' | 'done';
  signedAt: number;
}

export interface EsignWorld {
  readonly timeline: Timeline;
  readonly fateOf: (orderId: string) => SigningFate;
  /** Tells the mesh that a flow has moved. */
  readonly callBack: (flow: Flow) => void;
}

type Drawing = { readonly type: 'answered'; readonly answer: { readonly signFlowId: string } } | { readonly type: 'refused'; readonly reason: string; readonly detail: string };

const DAY_MS = 24 * 3_600_000;
const LONGEST_OPEN_MS = 7 * DAY_MS - 3_600_000;
const SHA256 = 'a'.repeat(64);

/** A signing provider: knows no idempotency, so what is drawn up twice is there twice; calls back when a flow has ended. */
export class Esign {
  readonly flows: Flow[] = [];
  readonly #world: EsignWorld;

  constructor(world: EsignWorld) {
    this.#world = world;
  }

  /** The provider as one process reaches it. */
  connect(wire: Wire, owner: Owner): SigningOperations {
    return {
      draft: {
        perform: async ([call]) => (call ? [await wire.ask(owner, {
          system: 'esign', orderId: call.orderId, what: `draw up contract ${call.request.contractId}`,
          act: (): Drawing => ({ type: 'answered', answer: { signFlowId: this.#drawUp(call.orderId, call.request.signWithinDays).signFlowId } }),
          refuse: () => ({ type: 'refused', reason: 'refused-by-provider', detail: 'the provider does not take it' }),
        })] : []),
        inquire: () => Promise.resolve({ type: 'absent' }),
      },
      start: {
        kind: 'repeatable',
        perform: async ([call]) => (call ? [await wire.ask(owner, {
          system: 'esign', orderId: call.orderId, what: `put ${call.request.signFlowId} before the parties`,
          act: () => {
            this.#start(call.request.signFlowId);
            return { type: 'answered', answer: null } as const;
          },
        })] : []),
      },
      void: {
        kind: 'repeatable',
        perform: async ([call]) => (call ? [await wire.ask(owner, {
          system: 'esign', orderId: call.orderId, what: `make ${call.request.signFlowId} void`,
          act: () => ({ type: 'answered', answer: this.#makeVoid(call.request.signFlowId) } as const),
        })] : []),
      },
      'read-status': {
        kind: 'question',
        perform: async ([call]) => (call ? [await wire.ask(owner, {
          system: 'esign', orderId: call.orderId, what: 'tell how the contract stands', act: () => ({ type: 'answered', answer: this.#read(call.request.signFlowId) } as const),
        })] : []),
      },
    };
  }

  #drawUp(orderId: string, signWithinDays = 7): Flow {
    const openForMs = Math.min(signWithinDays * DAY_MS, LONGEST_OPEN_MS);
    const flow: Flow = { signFlowId: `F${this.flows.length + 1}-${orderId}`, orderId, openForMs, status: 'draft', rescission: 'none', signedAt: 0 };
    this.flows.push(flow);
    return flow;
  }

  #start(signFlowId: string): void {
    const flow = this.flows.find((one) => one.signFlowId === signFlowId);
    if (flow?.status !== 'draft') return;
    flow.status = 'open';
    const { decision, afterMs } = this.#world.fateOf(flow.orderId);
    const { timeline } = this.#world;
    if (decision === 'never') timeline.after(flow.openForMs, () => { this.#end(flow, 'expired'); }, WORLD);
    else timeline.after(afterMs, () => { this.#end(flow, decision === 'sign' ? 'completed' : 'refused'); }, WORLD);
  }

  #end(flow: Flow, status: Flow['status']): void {
    if (flow.status !== 'open') return;
    flow.status = status;
    flow.signedAt = this.#world.timeline.now;
    this.#world.callBack(flow);
  }

  #makeVoid(signFlowId: string): { readonly now: 'void' } | { readonly now: 'rescinding'; readonly signFlowId: string } {
    const flow = this.flows.find((one) => one.signFlowId === signFlowId);
    if (!flow) return { now: 'void' };
    if (flow.status === 'open') flow.status = 'revoked';
    if (flow.status !== 'completed' || flow.rescission === 'done') return { now: 'void' };
    if (flow.rescission === 'none') this.#rescind(flow);
    return { now: 'rescinding', signFlowId: flow.signFlowId };
  }

  #rescind(flow: Flow): void {
    flow.rescission = 'open';
    const { afterMs, rescinds } = this.#world.fateOf(flow.orderId);
    this.#world.timeline.after(afterMs, () => {
      flow.rescission = rescinds ? 'done' : 'none';
      this.#world.callBack(flow);
    }, WORLD);
  }

  #read(signFlowId: string) {
    const flow = this.flows.find((one) => one.signFlowId === signFlowId);
    if (!flow || flow.status === 'draft' || flow.status === 'open') return { flow: 'open' } as const;
    if (flow.status === 'completed') return { flow: 'completed', rescission: flow.rescission, signedAt: flow.signedAt, documentSha256: SHA256 } as const;
    return { flow: flow.status, detail: `the parties left it ${flow.status}` } as const;
  }
}
