import { readdirSync, readFileSync } from 'node:fs';

/** What a process and all its descendants have used. */
export interface Usage {
  readonly cpuSeconds: number;
  /** Proportional set size: memory shared between processes counted once. */
  readonly memoryMb: number;
}

const TICKS_PER_SECOND = 100;

/** CPU seconds so far of a process, its living descendants, and those it has waited for (Linux). */
export function cpuSecondsOf(pid: number): number {
  const children = childrenByParent();
  return familyOf(pid, children).reduce((sum, one) => sum + ownCpuSeconds(one), 0);
}

export function memoryMbOf(pid: number): number {
  return familyOf(pid, childrenByParent()).reduce((sum, one) => sum + ownMemoryMb(one), 0);
}

function familyOf(pid: number, children: ReadonlyMap<number, readonly number[]>): readonly number[] {
  return [pid, ...(children.get(pid) ?? []).flatMap((child) => familyOf(child, children))];
}

function childrenByParent(): ReadonlyMap<number, readonly number[]> {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    const parent = Number.isNaN(pid) ? undefined : Number(statOf(pid)[1]);
    if (parent === undefined || Number.isNaN(parent)) continue;
    children.set(parent, [...children.get(parent) ?? [], pid]);
  }
  return children;
}

// utime, stime and those of children waited for: fields 14 to 17 of proc(5), counted here from after the name
function ownCpuSeconds(pid: number): number {
  return statOf(pid).slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS_PER_SECOND;
}

function ownMemoryMb(pid: number): number {
  const rollup = read(`/proc/${pid}/smaps_rollup`);
  return Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0) / 1024;
}

function statOf(pid: number): readonly string[] {
  const stat = read(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
