import type { ServerProcess } from '@order-mesh/embedded';
import { signal } from '@order-mesh/embedded';

/** Kafka or PostgreSQL of this run: down when a fault wants it so, and up again when that is over. */
export class Server {
  readonly name: string;
  readonly #start: () => Promise<ServerProcess>;
  #running: ServerProcess | undefined;
  #ended = false;

  constructor(name: string, start: () => Promise<ServerProcess>) {
    this.name = name;
    this.#start = start;
  }

  get pid(): number {
    if (!this.#running) throw new Error(`${this.name} is not running`);
    return this.#running.pid;
  }

  isUp(): boolean {
    return this.#running !== undefined && !this.#ended;
  }

  /** Starts it unless it runs; it takes clients on return. */
  async up(): Promise<void> {
    if (this.isUp()) return;
    await this.#running?.kill();
    const server = await this.#start();
    this.#running = server;
    this.#ended = false;
    void server.exited.then(() => { if (this.#running === server) this.#ended = true; });
  }

  /** As a power cut would. */
  async kill(): Promise<void> {
    await this.#running?.kill();
  }

  send(name: NodeJS.Signals): void {
    signal(this.pid, name);
  }

  /** Resolves when it has ended, for whatever reason; false when it is still there after `withinMs`. */
  async ended(withinMs: number): Promise<boolean> {
    const running = this.#running;
    if (!running) return true;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => { timer = setTimeout(() => { resolve(false); }, withinMs); });
    const ended = await Promise.race([running.exited.then(() => true as const), late]);
    clearTimeout(timer);
    return ended;
  }

  async stop(): Promise<void> {
    if (this.isUp()) signal(this.pid, 'SIGCONT');
    await this.#running?.stop();
  }
}
