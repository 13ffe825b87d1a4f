import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { MeshError, minutes } from '@order-mesh/kernel';
import { withLock } from '../lock.mjs';
import { run } from '../processes.mjs';
import { cacheDir, makeWhole } from './files.ts';
import type { Log } from './log.ts';

const PINNED_LIST = fileURLToPath(new URL('../kafka-jars.sha256', import.meta.url));
const POM = fileURLToPath(new URL('../pom.xml', import.meta.url));
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
const FETCH_LIMIT = minutes(10);
const FETCHER = 'node-java-maven@0.1.2';

export interface KafkaJars {
  /** Always in the same order: the class archive is bound to it. */
  readonly classPath: string;
  /** The same for the same jars. */
  readonly fingerprint: string;
}

type Pinned = ReadonlyMap<string, string>;

/**
 * The jars of one Kafka broker, byte for byte those of kafka-jars.sha256; fetched once per user.
 * @throws MISSING_TOOL when they cannot be fetched, BROKEN_PROMISE when what came is something else.
 */
export async function kafkaJars(log: Log): Promise<KafkaJars> {
  const list = await readFile(PINNED_LIST, 'utf8');
  const pinned: Pinned = new Map(list.trim().split('\n').map((line) => [line.slice(66), line.slice(0, 64)]));
  const fingerprint = createHash('sha256').update(list).digest('hex').slice(0, 12);
  const dir = join(cacheDir(), `kafka-${fingerprint}`);
  if ((await wrongJars(dir, pinned)).length > 0) {
    await withLock(`${dir}.lock`, async () => {
      if ((await wrongJars(dir, pinned)).length > 0) await fetchInto(dir, pinned, log);
    });
  }
  return { classPath: [...pinned.keys()].sort().map((name) => join(dir, name)).join(':'), fingerprint };
}

async function wrongJars(dir: string, pinned: Pinned): Promise<readonly string[]> {
  const names = [...pinned.keys()];
  const right = await Promise.all(names.map(async (name) => (await sha256(join(dir, name))) === pinned.get(name)));
  return names.filter((_, index) => !right[index]);
}

async function sha256(file: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(file, { highWaterMark: 1024 * 1024 }), hash);
    return hash.digest('hex');
  } catch {
    return undefined;
  }
}

async function fetchInto(dir: string, pinned: Pinned, log: Log): Promise<void> {
  log('fetching Kafka (46 jars, 44 MB, once)');
  await makeWhole(dir, async (jars) => {
    const workshop = join(jars, 'fetching');
    await mkdir(workshop);
    const found = (await fetchWithMaven(workshop)) ?? (await fetchWithoutMaven(workshop));
    await Promise.all(found.filter((file) => pinned.has(basename(file))).map((file) => copyFile(file, join(jars, basename(file)))));
    await rm(workshop, { recursive: true });
    const wrong = await wrongJars(jars, pinned);
    if (wrong.length > 0) {
      throw new MeshError('BROKEN_PROMISE', { advice: `these jars are missing or are not the ones kafka-jars.sha256 names: ${wrong.join(', ')}; empty the Maven repository they came from and try again` });
    }
  });
}

/** undefined where there is no Maven. */
async function fetchWithMaven(workshop: string): Promise<readonly string[] | undefined> {
  const lib = join(workshop, 'lib');
  const { code, output } = await run(['mvn', '-q', '-B', '-f', POM, COPY, `-DoutputDirectory=${lib}`, '-DincludeScope=runtime'], { stdio: 'collect', timeout: FETCH_LIMIT });
  if (code === 127) return undefined;
  if (code !== 0) throw new MeshError('MISSING_TOOL', { advice: `Maven could not fetch Kafka; see below, then try again\n${output.trim()}` });
  return jarsUnder(lib);
}

// fetched when needed, not locked with the project: what it brings is checked against the pinned list
async function fetchWithoutMaven(workshop: string): Promise<readonly string[]> {
  const dependencies = [
    { groupId: 'org.apache.kafka', artifactId: 'kafka_2.13', version: '4.3.1' },
    { groupId: 'org.slf4j', artifactId: 'slf4j-simple', version: '1.7.36' },
  ];
  const home = join(workshop, 'home');
  await mkdir(home);
  await writeFile(join(workshop, 'package.json'), JSON.stringify({ private: true, java: { dependencies } }));
  const install = await run(['npm', 'install', '--ignore-scripts', '--no-save', '--loglevel=error', FETCHER], { stdio: 'collect', cwd: workshop, timeout: FETCH_LIMIT });
  const fetched = install.code === 0
    ? await run(['node', 'node_modules/node-java-maven/bin/node-java-maven'], { stdio: 'collect', cwd: workshop, env: { ...process.env, HOME: home }, timeout: FETCH_LIMIT })
    : install;
  if (fetched.code === 0) return jarsUnder(home);
  throw new MeshError('MISSING_TOOL', { cause: fetched.output, advice: 'Kafka\'s jars could not be fetched: install Maven (mvn) and try again' });
}

async function jarsUnder(dir: string): Promise<readonly string[]> {
  const entries = await readdir(dir, { recursive: true });
  return entries.filter((name) => name.endsWith('.jar')).map((name) => join(dir, name));
}
