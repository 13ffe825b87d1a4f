import { readFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { schemaFiles, schemaText, startTestDatabase, type TestDatabase } from '../src/index.ts';

const root = resolve(import.meta.dirname, '..', '..', '..');
const files = schemaFiles(root);
let postgres: TestDatabase;

beforeAll(async () => {
  postgres = await startTestDatabase();
  await postgres.migrate(files.filter(({ schema }) => schema !== 'messaging'));
}, 60_000);

afterAll(() => postgres?.stop(), 60_000);

describe('schema.sql', () => {
  it.each(files.map(({ schema, path }) => [relative(root, path), schema, path]))('%s says what its migrations come to (else: npm run schema)', async (_, schema, path) => {
    expect(await readFile(path, 'utf8')).toBe(await schemaText(postgres.open(), schema));
  });

  it('makes the same tables again where it is run itself', async () => {
    const database = postgres.open();
    const gateway = await schemaText(database, 'gateway');
    await database.query({ name: 'away', text: 'drop schema gateway cascade' });
    await database.query({ name: 'empty', text: 'create schema gateway' });
    for (const [index, statement] of gateway.split(/;\n\n/).entries()) await database.query({ name: `again.${index}`, text: statement });
    expect(await schemaText(database, 'gateway')).toBe(gateway);
  });
});
