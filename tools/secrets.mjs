// Looks for secrets in what git keeps: a key or a token that was committed is everybody's, whatever is done afterwards.
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const LARGEST_BYTES = 4_000_000;

/** What a secret looks like, by its name. Written in halves where the pattern would find itself. */
const PATTERNS = {
  'a private key': /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s*[A-Za-z0-9+/=\s]{40,}/,
  'a key of AWS': /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/,
  'a token of GitHub': /\bgh[pousr]_[A-Za-z0-9]{36,}\b|\bgithub_pat_[A-Za-z0-9_]{50,}/,
  'a token of npm': /\bnpm_[A-Za-z0-9]{36}\b|_authToken\s*=\s*\S{8,}/,
  'a token of Slack': /\bxox[abpors]-[A-Za-z0-9-]{20,}/,
  'a key of Google': /\bAIza[0-9A-Za-z_-]{35}\b/,
  'a signed token (JWT)': /\beyJ[A-Za-z0-9_-]{15,}\.eyJ[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]{20,}/,
  'an address with a password': /\b(?:postgres(?:ql)?|mongodb|redis|amqps?|https?):\/\/[^\s:/@'"`$<{]+:([^\s:/@'"`$<{]{4,})@/,
  'a secret in a setting': /\b[A-Z][A-Z0-9_]*(?:SECRET|PASSWORD|TOKEN|_KEY)\s*[:=]-?\s*['"]?(?!\$)([A-Za-z0-9+/_=-]{24,})['"]?/,
};

/** What looks like one and is none. */
const ALLOWED = [
  { text: 'OrderMeshDemoEncodingAesKey0123456789abcdeE', reason: 'of the WeCom simulator; refused in production at a partner that is none' },
  { text: 'a-key-for-laptops-only-make-your-own', reason: 'of the laptop\'s compose file; refused in production' },
];
/** Who logs in at what a test has made itself makes the password up. */
const MADE_UP = { what: 'an address with a password', in: /\.test\.ts$|\/test\// };

/** What of a text looks like a secret: its name and the line. */
export function secretsIn(text) {
  return Object.entries(PATTERNS).flatMap(([what, pattern]) => [...text.matchAll(new RegExp(pattern, 'g'))]
    .filter(([found]) => !ALLOWED.some((allowed) => found.includes(allowed.text)))
    .map(({ index }) => ({ what, line: text.slice(0, index).split('\n').length })));
}

/** Every complaint about what git keeps in this folder. */
export function complaints(root) {
  const files = execFileSync('git', ['-C', root, 'ls-files', '-z', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8', maxBuffer: 1e8 }).split('\0').filter(Boolean);
  return { files: files.length, found: files.flatMap((file) => textOf(`${root}/${file}`).flatMap((text) => secretsIn(text)
    .filter(({ what }) => !(what === MADE_UP.what && MADE_UP.in.test(file))).map(({ what, line }) => `${file}:${line}: ${what}`))) };
}

function textOf(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found?.isFile() || found.size > LARGEST_BYTES) return [];
  const content = readFileSync(path);
  return content.includes(0) ? [] : [content.toString()];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { files, found } = complaints(process.argv[2] ?? process.cwd());
  for (const one of found) process.stderr.write(`${one}\n`);
  process.stdout.write(`${files} files seen, ${found.length} look as if they held a secret\n`);
  process.exitCode = found.length > 0 ? 1 : 0;
}
