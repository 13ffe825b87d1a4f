export interface KnownProcess {
  readonly pid: number;
  readonly born: string;
}
export function identify(pid: number): KnownProcess | undefined;
export function isAlive(known: KnownProcess | undefined): boolean;
export function signal(pid: number, name: NodeJS.Signals): void;
export function tiedToParent(command: readonly string[], signalName?: 'TERM' | 'INT' | 'KILL'): readonly string[];
export function run(command: readonly string[], options?: {
  readonly stdio?: 'inherit' | 'collect';
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds after which the command is ended. */
  readonly timeout?: number;
}): Promise<{ readonly code: number; readonly output: string }>;
