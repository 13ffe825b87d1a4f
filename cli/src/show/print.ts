/** Prints a result: as JSON for programs, else as lines for people. */
export function print(json: boolean | undefined, value: unknown, lines: () => readonly string[]): void {
  process.stdout.write(json ? `${JSON.stringify(value, bigIntAsText)}\n` : lines().map((line) => `${line}\n`).join(''));
}

export const bigIntAsText = (_name: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value);
