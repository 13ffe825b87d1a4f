// `npm run schema`: writes down beside each folder of migrations what they come to on an empty PostgreSQL.
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { schemaFiles, schemaText, startTestDatabase } from '../dist/index.js';

const files = schemaFiles(fileURLToPath(new URL('../../..', import.meta.url)));
const postgres = await startTestDatabase();
try {
  await postgres.migrate(files.filter(({ schema }) => schema !== 'messaging'));
  const database = postgres.open();
  for (const { schema, path } of files) await writeFile(path, await schemaText(database, schema));
  process.stdout.write(`${files.length} schemas written\n`);
} finally {
  await postgres.stop();
}
