#!/usr/bin/env node
import { main } from '../dist/index.js';

const code = await main(process.argv.slice(2));
// what was written must be out before the end, and nothing left behind may delay it
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
