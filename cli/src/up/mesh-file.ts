import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { identify, isAlive, type KnownProcess } from '@order-mesh/embedded';
import type { Instant } from '@order-mesh/kernel';
import type { Addresses } from './addresses.ts';
import { writePrivately } from './private-file.ts';

/** What a running mesh tells about itself, for whoever works in the same folder. */
export interface MeshNote {
  readonly supervisor: KnownProcess | undefined;
  readonly startedAt: Instant;
  /** Null while it starts. */
  readonly readyAt: Instant | null;
  readonly addresses: Addresses;
  /** Process id by part; a part that is away is left out. */
  readonly processes: Readonly<Record<string, number>>;
}

const fileIn = (dataDir: string): string => join(dataDir, 'mesh.json');

/** Writes the note whole or not at all; only its owner may read it, because addresses may carry passwords. */
export function writeMeshNote(dataDir: string, note: Omit<MeshNote, 'supervisor'>): void {
  writePrivately(fileIn(dataDir), `${JSON.stringify({ supervisor: identify(process.pid), ...note }, null, 2)}\n`);
}

export function removeMeshNote(dataDir: string): void {
  rmSync(fileIn(dataDir), { force: true });
}

/** The mesh that runs in this folder, if one does. */
export function readMeshNote(dataDir: string): MeshNote | undefined {
  const note = noteIn(fileIn(dataDir));
  return note && isAlive(note.supervisor) ? note : undefined;
}

function noteIn(path: string): MeshNote | undefined {
  try {
    const note: MeshNote = JSON.parse(readFileSync(path, 'utf8'));
    return note;
  } catch {
    return undefined;
  }
}
