export function bundle(root: string, program: {
  readonly entry: string;
  readonly out: string;
  readonly changes?: ReadonlyMap<string, (source: string) => string>;
}): Promise<{ readonly ok: boolean; readonly output: string }>;
