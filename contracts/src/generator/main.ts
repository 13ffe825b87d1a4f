import { join } from 'node:path';
import { readLibrary, write } from './files.ts';
import { typescriptOf } from './typescript.ts';

const folder = join(import.meta.dirname, '../..');
write(join(folder, 'src/generated/messages.ts'), typescriptOf(readLibrary(folder)));
