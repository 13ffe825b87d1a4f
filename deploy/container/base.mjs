// Makes the little of a Linux that Node needs from the one that this runs on, for where no registry of images is reached: node base.mjs <empty folder>
import { copyFile, mkdir, writeFile, chmod } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../embedded/processes.mjs';

const NODE = fileURLToPath(new URL(`../../node_modules/node-linux-${process.arch}/bin/node`, import.meta.url));
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';
const USER = 65532;

const [out] = process.argv.slice(2);
if (out === undefined) {
  process.stderr.write('say where to: node base.mjs <empty folder>\n');
  process.exit(2);
}
const { code, output } = await run(['ldd', NODE], { stdio: 'collect' });
if (code !== 0) throw new Error(`ldd failed: ${output}`);
const libraries = [...output.matchAll(/(\/\S+) \(0x/g)].map(([, path]) => path);
for (const path of [...libraries, CERTIFICATES]) await place(path);
await put('etc/passwd', `mesh:x:${USER}:${USER}::/tmp:/sbin/nologin\n`);
await put('etc/group', `mesh:x:${USER}:\n`);
await put('etc/nsswitch.conf', 'hosts: files dns\n');
await mkdir(join(out, 'tmp'), { recursive: true });
await chmod(join(out, 'tmp'), 0o1777);

async function place(path) {
  await mkdir(dirname(join(out, path)), { recursive: true });
  await copyFile(path, join(out, path));
}

async function put(path, text) {
  await mkdir(dirname(join(out, path)), { recursive: true });
  await writeFile(join(out, path), text);
}
