// One run of checks: its temporary folder, its processes, its count. Nothing of it stays behind.
import { randomUUID } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { forwardSignals, interruption, signal } from '../deploy/embedded/processes.mjs';

const MARK = 'ORDER_MESH_RUN';
const GRACE_SECONDS = 10;

/** Does the work, which resolves to results `{ name, passed, failed, failures }`, says once more what failed, and ends with the line `N passed, N failed`. */
export async function inRun(work) {
  forwardSignals();
  const id = randomUUID();
  const dir = await mkdtemp(join(tmpdir(), 'order-mesh-run-'));
  let results = [{ name: 'run', passed: 0, failed: 1 }];
  try {
    results = [...(await work({ dir, env: { ...process.env, TMPDIR: dir, [MARK]: id } })), ...(await endLeftovers(`${MARK}=${id}`))];
  } catch (error) {
    process.stderr.write(`${error.stack}\n`);
  } finally {
    await rm(dir, { recursive: true, force: true, maxRetries: 5 });
  }
  const failures = results.flatMap((result) => result.failures ?? []);
  if (failures.length > 0) process.stdout.write(`\nfailed:\n${failures.join('\n')}\n\n`);
  const total = (kind) => results.reduce((sum, result) => sum + result[kind], 0);
  process.stdout.write(`${total('passed')} passed, ${total('failed')} failed\n`);
  if (interruption()) process.exitCode = 128 + constants.signals[interruption()];
  else process.exitCode = total('failed') > 0 ? 1 : 0;
}

/** Ends what the work started and did not end; that counts as a failure, unless the user broke it off. */
async function endLeftovers(mark) {
  const deadline = Date.now() + (interruption() ? GRACE_SECONDS / 2 : GRACE_SECONDS) * 1000;
  while (markedProcesses(mark).length > 0 && Date.now() < deadline) await sleep(200);
  const left = markedProcesses(mark);
  for (const { pid, command } of left) {
    process.stdout.write(`left running, ended now: ${pid} ${command}\n`);
    signal(pid, 'SIGKILL');
  }
  return left.length > 0 && !interruption() ? [{ name: 'nothing left running', passed: 0, failed: 1 }] : [];
}

// only Linux tells which environment a process was given
function markedProcesses(mark) {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((pid) => {
    try {
      if (!readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(mark)) return [];
      return [{ pid: Number(pid), command: readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').slice(0, 200) }];
    } catch {
      return [];
    }
  });
}
