import { join } from 'node:path';
import { readIfThere, readSchemaFiles, write } from './files.ts';
import { libraryOf } from './library.ts';
import { readRegistry, registryJson, registrySource, release } from './registry.ts';
import { typescriptOf } from './typescript.ts';

const folder = join(import.meta.dirname, '../..');
const library = libraryOf(readSchemaFiles(folder));
const registry = release(readRegistry(readIfThere(join(folder, 'registry.json'))), library);
write(join(folder, 'src/generated/messages.ts'), typescriptOf(library));
write(join(folder, 'registry.json'), registryJson(registry));
write(join(folder, 'src/generated/registry.ts'), registrySource(registry));
