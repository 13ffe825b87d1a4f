type Entry = readonly [string, unknown];

/** Writes plain data as YAML: blocks for what is nested, JSON for every text, which is valid YAML and needs no rules of quoting. */
export function yamlOf(value: unknown, indent = ''): string {
  if (Array.isArray(value)) return value.map((item: unknown) => `${indent}-${below(item, `${indent}  `)}`).join('');
  return entriesOf(value).map(([key, item]) => `${indent}${keyOf(key)}:${below(item, `${indent}  `)}`).join('');
}

function below(value: unknown, indent: string): string {
  const nested = Array.isArray(value) ? value.length > 0 : entriesOf(value).length > 0;
  return nested ? `\n${yamlOf(value, indent)}` : ` ${JSON.stringify(value)}\n`;
}

function entriesOf(value: unknown): readonly Entry[] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

function keyOf(key: string): string {
  return /^[A-Za-z$][A-Za-z0-9_$]*$/.test(key) ? key : JSON.stringify(key);
}
