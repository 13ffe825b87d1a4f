import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the bytes of uploaded files lie. */
export interface Cabinet {
  put(fileId: string, bytes: Buffer): void;
  get(fileId: string): Buffer | undefined;
}

/** Keeps files under `<stateDir>/<name>-files`, or in memory when there is no state to keep. */
export function openCabinet(name: string, stateDir: string | undefined): Cabinet {
  if (stateDir === undefined) {
    const kept = new Map<string, Buffer>();
    return { put: (fileId, bytes) => void kept.set(fileId, bytes), get: (fileId) => kept.get(fileId) };
  }
  const folder = join(stateDir, `${name}-files`);
  mkdirSync(folder, { recursive: true });
  return {
    put: (fileId, bytes) => writeFileSync(join(folder, fileId), bytes),
    get: (fileId) => (existsSync(join(folder, fileId)) ? readFileSync(join(folder, fileId)) : undefined),
  };
}

/** The file with a remark of who signed behind its end, where PDF readers do not look. */
export function sealed(bytes: Buffer, remark: string): Buffer {
  return Buffer.concat([bytes, Buffer.from(`\n% ${remark.replaceAll(/[\r\n]/g, ' ')}\n`)]);
}
