import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Examined {
  readonly status: number | null;
  readonly lines: readonly string[];
}

/** What a check of this folder says about a tree of these files, by their paths; for tests. */
export function examined(tool: string, files: Readonly<Record<string, string>>): Examined {
  const dir = mkdtempSync(join(tmpdir(), 'order-mesh-examined-'));
  try {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(dir, file)), { recursive: true });
      writeFileSync(join(dir, file), text);
    }
    const { status, stdout } = spawnSync(process.execPath, [fileURLToPath(new URL(tool, import.meta.url)), dir], { encoding: 'utf8' });
    return { status, lines: stdout.trim().split('\n') };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
