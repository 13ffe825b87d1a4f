import type { Violation } from '../check/snapshot.ts';
import type { History } from '../history.ts';
import type { Owner } from '../virtual/timeline.ts';
import { WORLD } from '../virtual/timeline.ts';
import { MeshProcess, type Ground, type ProcessSpec } from './process.ts';

/** How long Kafka waits for a sign of life, as the mesh configures it. */
const SESSION_MS = 6_000;

interface Berth {
  readonly spec: ProcessSpec;
  readonly name: string;
  /** For a while only, when somebody joined. */
  readonly isGuest: boolean;
  lives: number;
  isStopping: boolean;
  process: MeshProcess | null;
}

export interface FleetGround extends Ground {
  readonly history: History;
}

/** The processes of the mesh: they start, crash, stand still, are stopped, and come back. */
export class Fleet {
  readonly deaths: Violation[] = [];
  readonly #ground: FleetGround;
  readonly #berths: Berth[] = [];

  constructor(ground: FleetGround) {
    this.#ground = ground;
  }

  add(spec: ProcessSpec, isGuest = false): void {
    const like = this.#berths.filter((berth) => berth.spec.groupId === spec.groupId).length;
    const berth: Berth = { spec, name: `${spec.groupId}#${like + 1}`, isGuest, lives: 0, isStopping: false, process: null };
    this.#berths.push(berth);
    this.#start(berth, 0);
  }

  /** Whether everybody who should run does. */
  get isUp(): boolean {
    const { now } = this.#ground.timeline;
    return this.#berths.every(({ process }) => process !== null && process.isRunning && process.owner.frozenUntil <= now);
  }

  /** The process is gone from one moment to the next, and another one takes its place later. */
  crash(owner: Owner, downMs: number, where: string): void {
    const berth = this.#berthOf(owner);
    if (!owner.alive || !berth) return;
    const { timeline, database, history, broker } = this.#ground;
    history.note('crash', null, () => `crashes ${where}`);
    owner.alive = false;
    database.drop(owner);
    timeline.after(SESSION_MS, () => { broker.expel(owner); }, WORLD);
    berth.process = null;
    berth.isStopping = false;
    this.#start(berth, downMs);
  }

  /** The process stands still, and goes on later as if nothing had happened. */
  freeze(owner: Owner, forMs: number, where: string): void {
    if (!owner.alive || owner === WORLD) return;
    const { timeline, broker, history } = this.#ground;
    history.note('freeze', null, () => `stands still ${where} for ${(forMs / 1_000).toFixed(1)} s`);
    owner.frozenUntil = timeline.now + forMs;
    if (forMs <= SESSION_MS) return;
    timeline.after(SESSION_MS, () => {
      for (const [group, member] of broker.expel(owner)) timeline.after(forMs - SESSION_MS + 10, () => { group.readmit(member); }, WORLD);
    }, WORLD);
  }

  /** An error that nobody caught: the process ends, as in production, and that is no way to end. */
  died(owner: Owner, error: unknown): void {
    const what = error instanceof Error ? error.stack ?? error.message : String(error);
    if (owner === WORLD) throw error;
    this.deaths.push({ invariant: 'I11', orderId: null, what: `${owner.name} died of an error that nobody caught: ${what}` });
    this.crash(owner, 1_000, `of an error that nobody caught: ${what}`);
  }

  befall(type: 'crash' | 'restart' | 'join', which: number, forMs: number): void {
    const berth = this.#berths[which % this.#berths.length];
    if (!berth) return;
    if (type === 'join') return this.#visit(berth.spec, forMs);
    if (!berth.process) return;
    if (type === 'crash') return this.crash(berth.process.owner, forMs, 'in the middle of whatever it was doing');
    this.#restart(berth, forMs);
  }

  /** Something happens to a consumer group: its partitions are dealt anew, or it reads everything again. */
  disturb(type: 'rebalance' | 'rewind', which: number): void {
    const groups = [...this.#ground.broker.groups];
    const [name, group] = groups[which % Math.max(1, groups.length)] ?? [];
    if (!group) return;
    this.#ground.history.note(type, null, () => `the group ${name} ${type === 'rewind' ? 'reads everything again from the beginning' : 'deals its partitions out anew'}`);
    if (type === 'rewind') group.rewind();
    group.rebalance();
  }

  /** Has a process take a callback; false when nobody can. */
  hear(signFlowId: string, stamp: string): boolean {
    const { timeline } = this.#ground;
    const process = this.#berths.map((berth) => berth.process).find((one) => one?.isRunning && one.spec.services.includes('contract') && one.owner.frozenUntil <= timeline.now);
    if (!process) return false;
    // what is not noted down is told again by the provider, or found by the next look
    timeline.after(0, () => { process.hear(signFlowId, stamp).catch(() => {}); }, process.owner);
    return true;
  }

  #visit(spec: ProcessSpec, forMs: number): void {
    this.add(spec, true);
    const guest = this.#berths.at(-1);
    if (guest) this.#ground.timeline.after(1_000 + forMs, () => { this.#restart(guest, 0); }, WORLD);
  }

  #start(berth: Berth, afterMs: number): void {
    const { timeline, history } = this.#ground;
    berth.lives += 1;
    const owner: Owner = { name: berth.lives === 1 ? berth.name : `${berth.name}.${berth.lives}`, alive: true, frozenUntil: 0 };
    timeline.after(afterMs, () => {
      const process = new MeshProcess(owner, berth.spec, this.#ground);
      berth.process = process;
      history.note('start', null, () => 'starts');
      // a service that cannot begin ends, and is started again
      process.start().catch((error: unknown) => { this.crash(owner, 1_000, `while starting: ${String(error)}`); });
    }, owner);
  }

  #restart(berth: Berth, downMs: number): void {
    const { process } = berth;
    if (!process?.isRunning || berth.isStopping) return;
    berth.isStopping = true;
    const { timeline, history, database } = this.#ground;
    const { owner } = process;
    timeline.after(0, () => {
      history.note('stop', null, () => 'is told to stop');
      process.stop().catch(() => {}).finally(() => {
        history.note('stopped', null, () => 'has stopped');
        owner.alive = false;
        berth.isStopping = false;
        database.drop(owner);
        if (berth.isGuest) this.#berths.splice(this.#berths.indexOf(berth), 1);
        else if (berth.process === process) {
          berth.process = null;
          this.#start(berth, downMs);
        }
      });
    }, owner);
  }

  #berthOf(owner: Owner): Berth | undefined {
    return this.#berths.find(({ process, name, lives }) => process?.owner === owner || (process === null && owner.name === (lives === 1 ? name : `${name}.${lives}`)));
  }
}
