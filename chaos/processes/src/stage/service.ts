import { setTimeout as sleep } from 'node:timers/promises';
import { startNode, type NodeChild, type Program } from '@order-mesh/cli/parts';
import { signal } from '@order-mesh/embedded';
import { milliseconds, seconds } from '@order-mesh/kernel';
import { endingAt } from '../crash/program.ts';

/** One end of a service's process. */
export interface End {
  readonly service: string;
  readonly at: number;
  /** How many ms it had lived. */
  readonly age: number;
  readonly how: string;
  /** Asked for by us: killed or told to stop. Else it ended by itself, at a crash point or for a reason of its own. */
  readonly wanted: boolean;
  /** The crash point its process was armed with. */
  readonly point: string | undefined;
}

export interface ServiceCommand {
  readonly name: string;
  /** What it runs, as it is or to end at a crash point. */
  readonly program: (point?: string) => Program;
  readonly env: Readonly<Record<string, string>>;
  readonly adminPort: number;
  readonly logFile: string;
  readonly onEnd: (end: End) => void;
}

/** What brings processes back on a real machine waits about so long. */
const BACK_AFTER = milliseconds(250);
const BACK_AFTER_OWN_END = seconds(1);

/** One process of a service, brought back whenever it ends. */
export class Service {
  readonly name: string;
  readonly #command: ServiceCommand;
  readonly #toArm: string[] = [];
  #child: NodeChild | undefined;
  #wanted = false;
  #stopping = false;
  #keeping: Promise<void> = Promise.resolve();

  constructor(command: ServiceCommand) {
    this.name = command.name;
    this.#command = command;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts it and keeps it from then on; `ready` tells when it takes work. */
  start(): void {
    this.#keeping = this.#keep();
  }

  async ready(): Promise<boolean> {
    try {
      return (await fetch(`http://127.0.0.1:${this.#command.adminPort}/health/ready`, { signal: AbortSignal.timeout(2_000) })).ok;
    } catch {
      return false;
    }
  }

  async metrics(): Promise<string> {
    return (await fetch(`http://127.0.0.1:${this.#command.adminPort}/metrics`, { signal: AbortSignal.timeout(2_000) })).text();
  }

  /** One of the next processes will end at this point; those asked before come first. */
  arm(point: string): void {
    this.#toArm.push(point);
  }

  /** The next process will end at this point. */
  armNext(point: string): void {
    this.#toArm.unshift(point);
  }

  waitsToArm(): readonly string[] {
    return this.#toArm;
  }

  /** Kills the process as a power cut would; another follows. */
  kill(): void {
    this.#end('SIGKILL');
  }

  /** Asks the process to end in order; another follows. */
  restart(): void {
    this.#end('SIGTERM');
  }

  freeze(): void {
    if (this.#child) signal(this.#child.pid, 'SIGSTOP');
  }

  thaw(): void {
    if (this.#child) signal(this.#child.pid, 'SIGCONT');
  }

  /** Ends it for good. */
  async stop(by: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    this.#stopping = true;
    this.thaw();
    this.#wanted = true;
    await (by === 'SIGTERM' ? this.#child?.stop() : this.#child?.kill());
    await this.#keeping;
  }

  #end(by: NodeJS.Signals): void {
    if (!this.#child) return;
    this.#wanted = true;
    this.thaw();
    signal(this.#child.pid, by);
  }

  async #keep(): Promise<void> {
    while (!this.#stopping) {
      const point = this.#toArm.shift();
      const { name, program, logFile, onEnd } = this.#command;
      const env = { ...this.#command.env, ...(point !== undefined && endingAt(point)) };
      const startedAt = Date.now();
      this.#wanted = false;
      this.#child = startNode({ name, program: program(point), env, logFile, stopWithin: seconds(10) });
      this.#child.go();
      const how = await this.#child.exited;
      this.#child = undefined;
      const gotThere = how.includes('SIGKILL') && !this.#wanted;
      // else another process has to, after those that wait already
      if (point !== undefined && !gotThere && !this.#stopping) this.#toArm.push(point);
      onEnd({ service: name, at: Date.now(), age: Date.now() - startedAt, how, wanted: this.#wanted, point });
      if (!this.#stopping) await sleep(how.includes('SIGKILL') || this.#wanted ? BACK_AFTER : BACK_AFTER_OWN_END);
    }
  }
}
