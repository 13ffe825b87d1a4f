// Puts a program and what it loads into a few files: a process reads those instead of well over a thousand modules, and starts in about half the time (docs/adr/0039).
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './lock.mjs';

/** Packages that stay where they are, and why. */
const APART = {
  '@gorules/zen-engine': 'is machine code',
  '@grpc/grpc-js': 'reads its .proto files beside it',
  '@grpc/proto-loader': 'reads its .proto files beside it',
  '@node-rs/crc32': 'is machine code',
  '@platformatic/wasm-utils': 'reads its .wasm file beside it',
  fontkit: 'reads its tables beside it',
  jsforce: 'loads its parts by names that it makes up',
  kafkajs: 'is mended in place (kafkajs-client.ts): there must be one of it',
  pdfkit: 'reads its fonts beside it',
  'reflect-metadata': 'has to run before whatever is decorated, and files that share code do not keep the order of modules',
};
/** Choices that libraries leave open, and nobody made here. */
const NOT_INSTALLED = ['@fastify/static', '@nats-io/transport-node', '@nestjs/websockets', 'amqp-connection-manager', 'class-transformer', 'class-validator', 'ioredis', 'mqtt', 'pg-native', 'protobufjs'];
const STAYS = new RegExp(`^(${[...Object.keys(APART), ...NOT_INSTALLED].join('|')})(/|$)`);

const REQUIRE = `import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);`;

/**
 * Makes `out/main.mjs` of the compiled program `entry`, beside the files that it shares its parts in; both paths are relative to `root`. `changes` gives modules, by their paths, other words
 * than they have. Does nothing when no file that went into it has changed; of two processes that want the same one waits. Resolves to `{ ok, output }`, the output being what is wrong.
 */
export async function bundle(root, { entry, out, changes = new Map() }) {
  const folder = join(root, out);
  const note = join(root, 'node_modules', '.cache', 'order-mesh', `${out.replaceAll('/', '-')}.json`);
  return withLock(`${note}.lock`, async () => {
    const recipe = await recipeOf(root, entry, changes);
    if (await isFresh(note, recipe)) return { ok: true, output: '' };
    try {
      await writeFile(note, JSON.stringify({ recipe, files: await statesOf(await make({ root, entry, folder, changes })) }));
      return { ok: true, output: '' };
    } catch (error) {
      if (!error.errors) throw error;
      const { formatMessages } = await import('esbuild');
      return { ok: false, output: (await formatMessages(error.errors, { kind: 'error' })).join('\n') };
    }
  });
}

/** Resolves to all files that went into it and came of it. */
async function make({ root, entry, folder, changes }) {
  const [{ build }, maps] = await Promise.all([import('esbuild'), import('@jridgewell/sourcemap-codec'), mkdir(folder, { recursive: true })]);
  const { outputFiles, metafile } = await build({
    entryPoints: { main: join(root, entry) }, outdir: folder, outExtension: { '.js': '.mjs' }, entryNames: '[name]', chunkNames: '[name]-[hash]', absWorkingDir: root,
    bundle: true, splitting: true, platform: 'node', format: 'esm', target: 'node24', conditions: [], charset: 'ascii', legalComments: 'none',
    sourcemap: 'linked', sourcesContent: false, banner: { js: REQUIRE }, plugins: [schemasWhenAsked, builtInsAsRequired, asInPlace({ root, folder, changes })], metafile: true, write: false, logLevel: 'silent',
  });
  const strangers = [...changes.keys()].filter((path) => !Object.hasOwn(metafile.inputs, path));
  if (strangers.length > 0) throw Object.assign(new Error('changed in vain'), { errors: strangers.map((path) => ({ text: `${path} was to be changed, and is no part of ${entry}` })) });
  await replace(folder, outputFiles.map((file) => file.path.endsWith('.map') ? ownLines(file, maps) : file));
  return [...Object.keys(metafile.inputs).filter((path) => !isMadeUp(path)).map((path) => join(root, path)), ...outputFiles.map(({ path }) => path)];
}

async function recipeOf(root, entry, changes) {
  const parts = await Promise.all([fileURLToPath(import.meta.url), join(root, 'node_modules/esbuild/package.json')].map((path) => readFile(path)));
  const changed = await Promise.all([...changes].map(async ([path, change]) => change(await readFile(join(root, path), 'utf8'))));
  return [...parts, entry, ...changed].reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex');
}

async function isFresh(note, recipe) {
  try {
    const made = JSON.parse(await readFile(note, 'utf8'));
    const now = await statesOf(Object.keys(made.files));
    return made.recipe === recipe && Object.entries(made.files).every(([path, state]) => now[path] === state);
  } catch {
    return false;
  }
}

async function statesOf(paths) {
  return Object.fromEntries(await Promise.all(paths.map(async (path) => {
    const { mtimeMs, size } = await stat(path);
    return [path, `${mtimeMs} ${size}`];
  })));
}

// the program last, and what it no longer needs after it: whoever starts it meanwhile finds all its parts
async function replace(folder, files) {
  const isProgram = ({ path }) => path === join(folder, 'main.mjs');
  for (const some of [files.filter((file) => !isProgram(file)), files.filter(isProgram)]) await Promise.all(some.map(({ path, contents }) => writeFile(path, contents)));
  const made = new Set(files.map(({ path }) => path));
  await Promise.all((await readdir(folder)).map((name) => join(folder, name)).filter((path) => !made.has(path)).map((path) => rm(path)));
}

/** What stays apart does, and a module that asks where it is hears where it was. */
const asInPlace = ({ root, folder, changes }) => ({
  name: 'as-in-place',
  setup(build) {
    build.onResolve({ filter: STAYS }, ({ path, importer }) => {
      const [, name] = STAYS.exec(path);
      if (placeOf(name, dirname(importer)) === placeOf(name, folder)) return { path, external: true };
      return { errors: [{ text: `${name} stays apart (${APART[name] ?? 'it was not installed'}), but ${importer} has another one than ${folder} would load` }] };
    });
    build.onLoad({ filter: /\.[cm]?js$/ }, async ({ path }) => {
      const read = await readFile(path, 'utf8');
      const text = changes.get(relative(root, path))?.(read) ?? read;
      const other = /\bimport\.meta\.(?!url\b)\w+/.exec(text)?.[0];
      if (other) return { errors: [{ text: `${path} asks for ${other}; a bundle answers import.meta.url only` }] };
      return { contents: text.replaceAll('import.meta.url', `new URL(${JSON.stringify(relative(folder, path))}, import.meta.url).href`), loader: 'js' };
    });
  },
});

const [WHEN_ASKED, BUILT_IN] = ['when-asked', 'built-in'];
/** What a plugin makes up has its namespace before it, and lies nowhere. */
const isMadeUp = (path) => [WHEN_ASKED, BUILT_IN].some((namespace) => path.startsWith(`${namespace}:`));

/**
 * The Kafka client compiles a schema for the options of each of its calls as it is loaded, a third of a start, and asks most of them only where it is told to be strict:
 * each is compiled when it is first asked, and not checked itself, which takes a schema of schemas.
 */
const schemasWhenAsked = {
  name: 'schemas-when-asked',
  setup(build) {
    build.onResolve({ filter: /^ajv\/dist\/2020\.js$/ }, ({ path, namespace, resolveDir }) => namespace === WHEN_ASKED ? undefined : { path, namespace: WHEN_ASKED, pluginData: resolveDir });
    build.onLoad({ filter: /.*/, namespace: WHEN_ASKED }, ({ path, pluginData }) => ({ contents: whenAsked(path), resolveDir: pluginData, loader: 'js' }));
  },
};

const whenAsked = (path) => `
  import { Ajv2020 as Ajv } from ${JSON.stringify(path)};
  export class Ajv2020 extends Ajv {
    constructor(options) { super({ ...options, validateSchema: false }); }
    compile(schema, isMeta) {
      let compiled;
      const validate = (...data) => {
        compiled ??= super.compile(schema, isMeta);
        const isValid = compiled(...data);
        validate.errors = compiled.errors;
        return isValid;
      };
      return validate;
    }
  }`;

/** `import` of a built-in module reads all that it exports, of `http` also what belongs to `fetch` and has to be made first; `require` does not. */
const builtInsAsRequired = {
  name: 'built-ins-as-required',
  setup(build) {
    build.onResolve({ filter: /./ }, ({ path, kind }) => isBuiltin(path) && kind === 'import-statement' ? { path, namespace: BUILT_IN } : undefined);
    build.onLoad({ filter: /.*/, namespace: BUILT_IN }, ({ path }) => ({ contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`, loader: 'js' }));
  },
};

/** The folder that Node would find this package in. */
const placeOf = (name, from) => createRequire(join(from, 'module.js')).resolve.paths(name).map((folder) => join(folder, name)).find(existsSync);

/** The map without the lines of packages, which Node reads whole with the file: where such begin it says that nothing is known, or they would be taken for the line of ours before them. */
function ownLines({ path, text }, { decode, encode }) {
  const { mappings, sources, ...rest } = JSON.parse(text);
  const isOwn = sources.map((source) => !source.includes('node_modules/') && !isMadeUp(source));
  let wasOwn = false;
  const own = decode(mappings).map((line) => line.flatMap((segment) => {
    const [column, source] = segment;
    const [before, now] = [wasOwn, isOwn[source] === true];
    wasOwn = now;
    return now ? [segment] : before ? [[column]] : [];
  }));
  return { path, contents: JSON.stringify({ ...rest, sources: sources.map((source, index) => isOwn[index] ? source : ''), mappings: encode(own) }) };
}
