import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { SchemaFile } from './library.ts';

const NOT_CONTEXTS = ['src', 'dist', 'bin', 'test', 'node_modules'];

/** Every `<context>/<Name>.avsc` below the contracts folder. */
export function readSchemaFiles(folder: string): readonly SchemaFile[] {
  const contexts = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory() && !NOT_CONTEXTS.includes(entry.name));
  return contexts.flatMap(({ name: context }) => readdirSync(join(folder, context))
    .filter((name) => name.endsWith('.avsc'))
    .map((name) => ({ path: join(context, name), text: readFileSync(join(folder, context, name), 'utf8') })));
}

/** The text of a file, or nothing where there is none yet. */
export function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

export function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
