import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** A state of the project that is in use somewhere. */
export interface Release {
  /** Its tag, or what it was asked for by. */
  readonly name: string;
  readonly commit: string;
  /** The definitions that orders begun under it are pinned to, `name@version` each. */
  readonly definitions: readonly string[];
}

/** A release is an annotated tag like v1.2.3. */
const TAGS = 'v[0-9]*';
/** What v0.1.0 is, for a clone without tags. */
const FIRST = '14579cb4400174b8577f46b5cdc1c526b8d22b7d';
/** The first whose orders begin with a price: older ones do not know what ours are pinned to. */
const FIRST_WITH_PRICES = '3240fee95324b3ba5af142dafcf952c617bc1df8';

const DEFINITIONS_IN = 'services/order-orchestrator/src/domain/';
const DEFINITION = /saga\('([a-z-]+)', (\d+)/g;

const execute = promisify(execFile);

/** The release by that tag or commit; null when this clone has no such. */
export async function releaseNamed(root: string, name: string): Promise<Release | null> {
  const commit = await git(root, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`);
  if (commit === null) return null;
  return { name, commit, definitions: await definitionsAt(root, commit) };
}

/** The last release before what is checked out; null when this clone does not reach so far back, or is none. */
export async function releaseBefore(root: string): Promise<Release | null> {
  const tag = await git(root, 'describe', '--tags', '--abbrev=0', `--match=${TAGS}`, 'HEAD^');
  return releaseNamed(root, tag ?? FIRST);
}

/** The release to go back to: that one where it knows every definition of ours, else the first that does; null when this clone has none. */
export async function releaseToGoBackTo(root: string, before: Release): Promise<Release | null> {
  const ours = await definitionsAt(root);
  const knowsOurs = ({ definitions }: Release): boolean => ours.every((definition) => definitions.includes(definition));
  if (knowsOurs(before)) return before;
  const first = await releaseNamed(root, FIRST_WITH_PRICES);
  return first && knowsOurs(first) ? first : null;
}

/** Of a commit, or of the work tree. */
async function definitionsAt(root: string, commit?: string): Promise<readonly string[]> {
  const found = await git(root, 'grep', '-h', '-E', `saga\\('[a-z-]+', [0-9]+`, ...(commit === undefined ? [] : [commit]), '--', `${DEFINITIONS_IN}*.ts`, `:!${DEFINITIONS_IN}*.test.ts`);
  return [...(found ?? '').matchAll(DEFINITION)].map(([, name, version]) => `${name}@${version}`).sort();
}

async function git(root: string, ...args: readonly string[]): Promise<string | null> {
  try {
    return (await execute('git', ['-C', root, ...args])).stdout.trim();
  } catch {
    return null;
  }
}
