#!/usr/bin/env node
import { existsSync } from 'node:fs';

const isReady = Number.parseInt(process.versions.node, 10) >= 24 && existsSync(new URL('../dist/index.js', import.meta.url));
if (isReady) {
  const { main } = await import('../dist/index.js');
  const code = await main(process.argv.slice(2));
  // what was written must be out before the end, and nothing left behind may delay it
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
} else {
  // brings the Node it needs, builds, and comes back here
  process.argv.splice(2, 0, 'mesh');
  await import('../../deploy/embedded/bootstrap.mjs');
}
