// One at a time, between processes. A holder that was killed holds nothing any more.
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identify, isAlive } from './processes.mjs';

const POLL_MILLISECONDS = 100;
let claims = 0;

/** Does the work while holding the lock file `path`; `onWait(pid)` is told once whom it waits for. */
export async function withLock(path, work, { onWait = () => {} } = {}) {
  await mkdir(dirname(path), { recursive: true });
  const claim = `${path}.${process.pid}.${claims++}`;
  await writeFile(claim, JSON.stringify(identify(process.pid)));
  try {
    await take(path, claim, onWait);
    try {
      return await work();
    } finally {
      await rm(path, { force: true });
    }
  } finally {
    await rm(claim, { force: true });
  }
}

async function take(path, claim, onWait) {
  for (let told = false; !(await linked(claim, path)); ) {
    const holder = await holderOf(path);
    if (holder === undefined) continue;
    if (!isAlive(holder)) {
      await clearStale(path, claim);
      continue;
    }
    if (!told) onWait(holder.pid);
    told = true;
    await sleep(POLL_MILLISECONDS);
  }
}

async function linked(claim, path) {
  try {
    await link(claim, path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

async function holderOf(path) {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}

// Renaming first means that of several who saw the dead holder only one removes it; a live one caught by mistake is put back.
async function clearStale(path, claim) {
  const aside = `${claim}.stale`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if (isAlive(await holderOf(aside))) await linked(aside, path);
  await rm(aside, { force: true });
}
