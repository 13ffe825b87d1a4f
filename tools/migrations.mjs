// Holds the migrations to what the release before still reads: node tools/migrations.mjs [another root]
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url));
const ALLOWED = 'tools/migrations-allowed.json';

/** What takes something away, or no longer lets in what the release before writes; by what it is called in a complaint. */
const NARROWING = [
  ['drops', (clause) => /\bdrop\b/.test(clause) && !/\bdrop not null\b/.test(clause)],
  ['renames', (clause) => /\brename\b/.test(clause)],
  ['moves', (clause) => /\bset schema\b/.test(clause)],
  ['gives another type to', (clause) => /\balter (column )?\S+ (set data )?type\b/.test(clause)],
  ['wants a value for', (clause) => /\bset not null\b/.test(clause) || (/^alter table .* add (?!constraint|check|unique|primary|foreign)/.test(clause) && /\bnot null\b/.test(clause) && !/\b(default|generated)\b/.test(clause))],
];

const migrations = ['packages', 'services'].flatMap((room) => foldersIn(join(root, room)).flatMap((name) => {
  const folder = join(room, name, 'migrations');
  return existsSync(join(root, folder)) ? readdirSync(join(root, folder)).filter((file) => file.endsWith('.sql')).sort().map((file) => `${folder}/${file}`) : [];
}));
const allowed = existsSync(join(root, ALLOWED)) ? JSON.parse(readFileSync(join(root, ALLOWED), 'utf8')) : [];
const used = new Set();
const complaints = [];

for (const file of migrations) {
  for (const statement of statementsIn(readFileSync(join(root, file), 'utf8'))) {
    for (const clause of clausesOf(statement)) {
      const found = NARROWING.find(([, narrows]) => narrows(clause));
      if (!found) continue;
      const exception = allowed.find((one) => one.file === file && clause.includes(one.statement));
      if (exception?.reason) used.add(exception);
      else complaints.push(`${file}: ${found[0]} what the release before may use: ${clause}`);
    }
  }
}
for (const one of allowed) {
  if (!one.reason) complaints.push(`${ALLOWED}: ${one.file} is allowed without a reason`);
  else if (!used.has(one)) complaints.push(`${ALLOWED}: nothing in ${one.file} is "${one.statement}"`);
}

for (const complaint of complaints) process.stdout.write(`${complaint}\n`);
if (complaints.length > 0) process.stdout.write(`let it stay for one release, or say in ${ALLOWED} why nobody misses it\n`);
process.stdout.write(`${migrations.length} migrations seen, ${complaints.length} complaints\n`);
process.exitCode = complaints.length > 0 || migrations.length === 0 ? 1 : 0;

function foldersIn(path) {
  return existsSync(path) ? readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort() : [];
}

/** In small letters, without comments and what stands in quotes or in the body of a function; a table that the same file makes is nobody's yet. */
function statementsIn(sql) {
  const bare = sql.replace(/\$([a-z_]*)\$.*?\$\1\$/gs, '$$').replace(/--[^\n]*/g, ' ').replace(/'(?:[^']|'')*'/g, "''").toLowerCase();
  const statements = bare.split(';').map((one) => one.replace(/\s+/g, ' ').trim()).filter(Boolean);
  const made = new Set(statements.flatMap((one) => /^create table (?:if not exists )?(\S+)/.exec(one)?.[1] ?? []));
  return statements.filter((one) => /^(alter|drop) /.test(one) && !made.has(/^alter table (?:only )?(\S+)/.exec(one)?.[1]));
}

/** Each action of an alter table with its table. */
function clausesOf(statement) {
  const [, head, actions] = /^(alter table (?:only )?\S+ )(.*)$/.exec(statement) ?? [];
  if (!head) return [statement];
  let depth = 0;
  const parts = [''];
  for (const letter of actions) {
    if (letter === '(') depth += 1;
    if (letter === ')') depth -= 1;
    if (letter === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += letter;
  }
  return parts.map((part) => head + part.trim());
}
