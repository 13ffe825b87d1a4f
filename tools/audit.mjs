// `npm run audit`: known weaknesses of packages that a running mesh consists of, less those that tools/supply-chain.json explains.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../deploy/embedded/processes.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { advisories } = JSON.parse(await readFile(join(root, 'tools', 'supply-chain.json'), 'utf8'));

const { output } = await run(['npm', 'audit', '--json', '--omit=dev', '--loglevel=silent'], { stdio: 'collect', cwd: root });
const found = weaknessesIn(output);
if (found === null) process.stdout.write('not audited: the package registry does not answer audits\n');
else {
  const open = found.filter(({ id }) => !advisories[id]);
  for (const { id, name, severity, title } of found) process.stdout.write(`${severity} ${name}: ${title} (${id})${advisories[id] ? `: ${advisories[id]}` : ''}\n`);
  process.stdout.write(`${found.length} known weaknesses, ${open.length} of them not explained in tools/supply-chain.json\n`);
  process.exitCode = open.length > 0 ? 1 : 0;
}

/** Null when the registry gave no answer. */
function weaknessesIn(text) {
  try {
    const { vulnerabilities } = JSON.parse(text);
    if (!vulnerabilities) return null;
    const all = Object.values(vulnerabilities).flatMap(({ via }) => via.filter((one) => typeof one === 'object')).map(({ url, name, severity, title }) => ({ id: url.slice(url.lastIndexOf('/') + 1), name, severity, title }));
    return [...new Map(all.map((one) => [`${one.id} ${one.name}`, one])).values()];
  } catch {
    return null;
  }
}
