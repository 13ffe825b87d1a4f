// Compiles what changed. TypeScript keeps account of that itself; here is only the turn-taking.
import { join } from 'node:path';
import { bundle } from './bundle.mjs';
import { tell } from './install.mjs';
import { withLock } from './lock.mjs';
import { run } from './processes.mjs';

const QUIET_SECONDS = 2;

/** Builds every workspace into its dist, and one bundle of all services; resolves to `{ ok, output }`. Takes under a second when nothing changed. */
export async function build(root, env) {
  const lock = join(root, 'node_modules', '.cache', 'order-mesh', 'build.lock');
  const notice = setTimeout(() => tell('building ...'), QUIET_SECONDS * 1000);
  try {
    return await withLock(lock, async () => {
      const { code, output } = await run(['node', join(root, 'node_modules/@typescript/native/bin/tsc'), '-b'], { stdio: 'collect', cwd: root, env });
      return code === 0 ? bundle(root, { entry: 'deploy/container/dist/main.js', out: 'deploy/container/dist/bundle' }) : { ok: false, output };
    });
  } finally {
    clearTimeout(notice);
  }
}
