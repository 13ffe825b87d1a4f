// Starting, naming and ending processes. Plain JavaScript: the bootstrap needs it before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';

/** A process with its birth, so that a later one under the same number is not taken for it; undefined when it is gone. */
export function identify(pid) {
  if (process.platform === 'linux') return identifyOnLinux(pid);
  const { status, stdout } = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
  return status === 0 && stdout.trim() ? { pid, born: stdout.trim() } : undefined;
}

function identifyOnLinux(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // the name in brackets may hold spaces; what follows the last bracket is state, parent, ... with the start time as 20th
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : { pid, born: fields[19] };
  } catch {
    return undefined;
  }
}

/** True while the very process that was identified earlier still runs. */
export const isAlive = (known) => known !== undefined && identify(known.pid)?.born === known.born;

/** Signals a process that may already be gone; a negative pid means its group. */
export function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

let canTieToParent;

/**
 * The command line that makes a process get `signalName` when the process starting it ends, however that ends.
 * Only Linux can do so; elsewhere the command comes back as it was, and the next start cleans up.
 */
export function tiedToParent(command, signalName = 'TERM') {
  canTieToParent ??= process.platform === 'linux' && spawnSync('setpriv', ['--pdeathsig', 'TERM', 'true']).status === 0;
  return canTieToParent ? ['setpriv', '--pdeathsig', signalName, '--', ...command] : command;
}

const PARENT_POLL_MILLISECONDS = 500;
const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const running = new Set();
let interruptedBy;

/** The signal this process was asked to end with while it waited for its children, if any. */
export const interruption = () => interruptedBy;

/** From now on signals end the children first; the caller ends when they have. */
export function forwardSignals() {
  for (const name of FORWARDED) process.on(name, () => interrupt(name));
}

/** Ends the children when npm, which runs us, is ended: it tells nobody. */
export function endWithNpm() {
  if (process.env.npm_execpath === undefined) return;
  const npm = process.ppid;
  setInterval(() => { if (process.ppid !== npm) interrupt('SIGTERM'); }, PARENT_POLL_MILLISECONDS).unref();
}

function interrupt(name) {
  const repeated = interruptedBy === name;
  interruptedBy ??= name;
  // a terminal's Ctrl-C has reached the whole foreground group
  if (repeated || (name === 'SIGINT' && process.stdin.isTTY)) return;
  for (const child of running) child.kill(name);
}

/**
 * Runs a command to its end; its output goes where `stdio` says, or is collected when that is `'collect'`.
 * Never throws: a command that cannot be started has code 127 and the reason as output.
 */
export function run([file, ...args], { stdio = 'inherit', timeout, ...options } = {}) {
  return new Promise((resolve) => {
    const chunks = [];
    const done = (code) => {
      running.delete(child);
      clearTimeout(timer);
      resolve({ code, output: Buffer.concat(chunks).toString() });
    };
    const child = spawn(file, args, { ...options, stdio: stdio === 'collect' ? ['ignore', 'pipe', 'pipe'] : stdio });
    running.add(child);
    // spawn's own timeout outlives a command that could not be started
    const timer = timeout && setTimeout(() => child.kill(), timeout);
    child.stdout?.on('data', (chunk) => chunks.push(chunk));
    child.stderr?.on('data', (chunk) => chunks.push(chunk));
    child.once('error', (error) => {
      chunks.push(Buffer.from(error.message));
      done(127);
    });
    child.once('close', (code, signalName) => done(code ?? 128 + (constants.signals[signalName] ?? 0)));
  });
}
