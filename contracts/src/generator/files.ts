import { readdirSync, readFileSync, writeFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { libraryOf, type Library } from './library.ts';
import { readSchema } from './schema.ts';

/** Reads every `<context>/<Name>.avsc` below the contracts folder. */
export function readLibrary(folder: string): Library {
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !['src', 'dist', 'bin', 'test', 'node_modules'].includes(entry.name))
    .flatMap((entry) => readdirSync(join(folder, entry.name)).filter((name) => name.endsWith('.avsc')).map((name) => join(entry.name, name)));
  return libraryOf(files.map((file) => readSchema(readFileSync(join(folder, file), 'utf8'), file)));
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
