import type { Instant } from '@order-mesh/kernel';
import type { Unit } from '@order-mesh/messaging';
import type { DeskRuntime } from './runtime.ts';
import type { Gate } from './gate.ts';
import type { CallLedger, Rates, Standing } from './ledger.ts';

export interface WatchOptions {
  readonly service: string;
  readonly system: string;
  readonly runtime: Pick<DeskRuntime, 'submit' | 'log' | 'clock'>;
  readonly ledger: CallLedger;
  readonly gate: Gate;
  readonly rates: Rates;
}

/**
 * Keeps the gate of this process and the standing that all processes of the service share in agreement: a pause is obeyed by each, and that a partner is
 * away or well again is said once, by whoever finds it first. Compares states and not events, so what a crash has interrupted is made up for.
 */
export class StandingWatch {
  readonly #options: WatchOptions;
  #isRegistered = false;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** Obeys what is written, and writes what has changed. `waiting` is told with it. */
  async agree(standing: Standing | null, waiting: number): Promise<void> {
    const { gate, ledger, rates, runtime: { clock, submit } } = this.#options;
    if (!this.#isRegistered) {
      await submit((unit) => ledger.register(unit.tx, clock.now(), rates));
      this.#isRegistered = true;
    }
    if (!standing) return;
    if (standing.pausedBy === null) gate.resume();
    else gate.pause(standing.pausedBy);
    const state = this.#stateBeside(standing);
    if (state !== standing.state) await submit((unit) => this.#change(unit, state, waiting));
  }

  // One process that can't reach the partner makes it away; it is well again once anybody has had an answer since
  #stateBeside({ state, since }: Standing): Standing['state'] {
    const { gate } = this.#options;
    if (gate.trouble !== null) return 'away';
    return state === 'away' && !gate.hasAnsweredSince(since) ? 'away' : 'well';
  }

  async #change(unit: Unit, state: Standing['state'], callsWaiting: number): Promise<void> {
    const { service, system, ledger, gate, runtime: { log } } = this.#options;
    const at: Instant = unit.now;
    const detail = gate.trouble ?? '';
    if (!(await ledger.change(unit.tx, { state, detail, at }))) return;
    unit.send({ type: 'PartnerStateChanged', value: { system, service, state, detail, callsWaiting, at } }, { id: `partner/${service}/${system}/${at}`, trace: {} });
    unit.afterCommit(() => log.info('partner state changed', { system, state, detail, callsWaiting }));
  }
}
