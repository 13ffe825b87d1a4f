// `npm run security` writes docs/security.md: what is promised, a test each, named "S<number>: ..."; `-- --check` compares: node tools/security.mjs [--check] [another root]
import { glob, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const args = process.argv.slice(2);
const isCheck = args.includes('--check');
const root = args.find((arg) => !arg.startsWith('--')) ?? fileURLToPath(new URL('..', import.meta.url));
const PAGE = 'docs/security.md';
/** Where tests are; a suite that several tests run lies in packages/testing. */
const TESTS = ['{services,packages,simulators,deploy,chaos}/*/{src,test}/**/*.test.ts', '{cli,bench,contracts,verify,tools}/**/*.test.ts', 'packages/testing/src/**/*.ts'];

const promises = {
  S1: 'Every route needs a valid token but those that say otherwise.',
  S2: 'A forged token opens nothing, however it is forged.',
  S3: 'People sign in by code and PKCE; a step that is missing or not theirs ends it.',
  S4: 'Each role may do what the table of permissions says, and nothing else.',
  S5: 'Nobody sees or changes what belongs to another, nor fields that are none of their business.',
  S6: 'A change of the rules or an override needs a second person.',
  S7: 'An auditor reads everything and changes nothing.',
  S8: 'A system signs in as itself, and may do what it is for.',
  S9: 'A service reads and writes its own topics of Kafka, and no others.',
  S10: 'A service uses its own tables, over TLS to the right server; what is audited is only added to.',
  S11: 'A callback is believed when it is signed, fresh and new; two secrets hold while one is exchanged.',
  S12: 'A request repeated under its key is carried out once and answered alike.',
  S13: 'What comes in is bounded: bytes, depth, lines, pages, messages. Photos are not taken at all.',
  S14: 'What comes in has the fields that are known, within their bounds; what leaves as CSV holds no formula.',
  S15: 'A rule is no program: its cells are read, never run, in bounded work.',
  S16: 'Calls go to the partner\'s own address and to named public hosts, whatever an answer or a name says.',
  S17: 'Whoever comes too often is told when to come again, and wrong credentials are soon not looked at.',
  S18: 'Personal data is masked in logs, dead letters, traces and answers.',
  S19: 'Of a chat only what was agreed to is kept, and only masked.',
  S20: 'Where somebody was is kept only with consent, coarsely, and not for long.',
  S21: 'Data of a person can be given out, corrected and made unreadable.',
  S22: 'Whoever tampers with the audit log is found out.',
  S23: 'No secret is in the repository, and none that everybody knows is taken in production.',
  S24: 'Headers say how answers may be used; no inline script, no foreign origin, no stack.',
  S25: 'Pods keep to the restricted standard, and speak only to whom they must.',
  S26: 'What we are made of is pinned, sealed, licensed and runs nothing at installation.',
  S27: 'An answer of a partner is read by schema, bounded in bytes and time, and garbage is never believed.',
  S28: 'Servers listen on loopback unless told otherwise, and what they tell of themselves leaks nothing.',
};

const files = [...new Set((await Promise.all(TESTS.map((pattern) => Array.fromAsync(glob(pattern, { cwd: root, exclude: (name) => /(^|[/\\])(node_modules|dist)$/.test(name) }))))).flat())].toSorted();
const tests = (await Promise.all(files.map(testsIn))).flat();
const problems = problemsIn(tests);
for (const problem of problems) process.stdout.write(`${problem}\n`);
const page = pageOf(tests);
const written = await readFile(join(root, PAGE), 'utf8').catch(() => '');
const isFresh = written === page;
if (isCheck && !isFresh) process.stdout.write(`${PAGE} differs from what the tests are called: run npm run security\n`);
if (!isCheck && !isFresh) await writeFile(join(root, PAGE), page);
process.stdout.write(`${tests.length} named tests in ${files.length} files, ${problems.length} problems\n`);
process.exitCode = problems.length > 0 || files.length === 0 || (isCheck && !isFresh) ? 1 : 0;

/** The tests and groups of a file whose title begins with a number, as S12. */
async function testsIn(file) {
  const text = await readFile(join(root, file), 'utf8');
  if (!/['"`]S\d+: /.test(text)) return [];
  const found = [];
  const visit = (node) => {
    const [title, ...rest] = ts.isCallExpression(node) ? node.arguments : [];
    const words = title && rest.length > 0 && (ts.isStringLiteralLike(title) || ts.isTemplateExpression(title)) ? wordsOf(title) : '';
    const [, number, name] = /^(S\d+): (.*)$/s.exec(words) ?? [];
    if (number) found.push({ number, name, file });
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest));
  return found;
}

function wordsOf(title) {
  return ts.isStringLiteralLike(title) ? title.text : [title.head.text, ...title.templateSpans.map(({ literal }) => `…${literal.text}`)].join('');
}

function problemsIn(found) {
  const numbers = Object.keys(promises);
  return [
    ...found.filter(({ number }) => !numbers.includes(number)).map(({ number, file }) => `${file}: ${number} is no line of the list`),
    ...numbers.filter((number) => !found.some((test) => test.number === number)).map((number) => `${number} has no test: ${promises[number]}`),
  ];
}

function pageOf(found) {
  const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
  const row = ([number, promise]) => {
    const own = found.filter((one) => one.number === number);
    const held = [...new Set(own.map(({ file }) => file))].map((file) => `[${file}](../${file})`).join(', ');
    return `| ${number} | ${cell(promise)} | ${held || '-'} | ${cell(own.map(({ name }) => name.replaceAll('%s', '…')).join('; ')) || 'no test yet'} |`;
  };
  return [
    '# What security promises, and the test that holds it to that', '', '<!-- Generated by tools/security.mjs from the titles of tests. Change them there, then: npm run security -->', '',
    'Each line is held by the tests whose titles begin with its number. What each means for whoever runs a mesh: [SECURITY.md](../SECURITY.md).', '',
    '| | promise | held by | which say |', '|---|---|---|---|', ...Object.entries(promises).map(row), '',
  ].join('\n');
}
