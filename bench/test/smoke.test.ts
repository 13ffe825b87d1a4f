import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../dist/main.js', import.meta.url));

it('takes no more statements, packets, messages and bytes for an order than before', async () => {
  const child = spawn(process.execPath, [script, '--smoke'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk) => { output += String(chunk); });
  child.stderr.on('data', (chunk) => { output += String(chunk); });
  const code = await new Promise((resolve) => { child.once('close', resolve); });
  expect(`${output}exit ${String(code)}`).toMatch(/has not grown, and all books are right\nexit 0$/);
}, 180_000);
