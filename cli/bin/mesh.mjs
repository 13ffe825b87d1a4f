#!/usr/bin/env node
if (Number.parseInt(process.versions.node, 10) < 24) {
  process.stderr.write(`mesh runs on Node 24 or newer, this is ${process.version}; "npm run mesh --" brings its own\n`);
  process.exit(1);
}
const { main } = await import('../dist/index.js');
const code = await main(process.argv.slice(2));
// what was written must be out before the end, and nothing left behind may delay it
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
