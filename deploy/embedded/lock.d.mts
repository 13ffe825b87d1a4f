export function withLock<T>(path: string, work: () => Promise<T>, options?: {
  readonly onWait?: (pid: number) => void;
}): Promise<T>;
