import { readdirSync, readFileSync } from 'node:fs';
import { signal } from '@order-mesh/embedded';

/** A process and all its descendants: PostgreSQL gives each connection a process in a session of its own (Linux). */
export function familyOf(pid: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    const child = Number(name);
    const parent = Number.isNaN(child) ? undefined : parentOf(child);
    if (parent !== undefined) children.set(parent, [...children.get(parent) ?? [], child]);
  }
  const withDescendants = (one: number): readonly number[] => [one, ...(children.get(one) ?? []).flatMap(withDescendants)];
  return withDescendants(pid);
}

export function signalFamily(pid: number, name: NodeJS.Signals): void {
  for (const member of familyOf(pid)) signal(member, name);
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

/** What a process holds at the moment; undefined when it is gone. */
export interface Holding {
  readonly residentMb: number;
  readonly handles: number;
}

export function holdingOf(pid: number): Holding | undefined {
  try {
    const resident = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return { residentMb: Number(resident ?? 0) / 1024, handles: readdirSync(`/proc/${pid}/fd`).length };
  } catch {
    return undefined;
  }
}
