import type { StartImport } from '@order-mesh/contracts';
import type { Received, Trace, Unit } from '@order-mesh/messaging';
import type { Log } from '@order-mesh/platform';
import { askedImport, importItemOf, isGoingOn, type ImportItem } from '../domain/import-view.ts';
import type { ImportViews } from './ports.ts';

interface Means {
  readonly imports: ImportViews;
  readonly log: Log;
}

export interface StartWish extends Omit<StartImport, 'requestedAt'> {
  readonly trace: Trace;
}

export interface ImportWish {
  readonly importId: string;
  readonly requestedBy: string;
  readonly requestId: string;
  readonly trace: Trace;
}

export type ImportAsked =
  | { readonly type: 'asked'; readonly item: ImportItem }
  | { readonly type: 'unknown' }
  | { readonly type: 'not-now'; readonly why: string };

export type ImportAdvancedReceived = Extract<Received, { readonly type: 'ImportAdvanced' }>;
export type StartImports = (wish: StartWish, unit: Unit) => Promise<ImportAsked>;
export type AskImport = (wish: ImportWish, unit: Unit) => Promise<ImportAsked>;
export type FollowImports = (batch: readonly ImportAdvancedReceived[], unit: Unit) => Promise<void>;

/** Has the orders that stand in a system taken on, unless that is being done already. */
export const startImport = ({ imports, log }: Means): StartImports => async ({ trace, ...wish }, unit) => {
  const newest = await imports.newest(unit.tx);
  if (newest && isGoingOn(importItemOf(newest))) return { type: 'not-now', why: `import ${newest.importId} is under way since ${importItemOf(newest).startedAt}: follow it, or stop it first` };
  const value = { ...wish, requestedAt: unit.now };
  const view = askedImport(value);
  await imports.save(unit.tx, [view]);
  unit.send({ type: 'StartImport', value }, { id: `http/import/${wish.importId}`, trace });
  log.info('import asked for', { importId: wish.importId, requestedBy: wish.requestedBy, dryRun: wish.dryRun });
  return { type: 'asked', item: importItemOf(view) };
};

/** Has an import stop after the orders at hand. */
export const stopImport = (means: Means): AskImport => (wish, unit) =>
  askOf('StopImport', means, { wish, unit, refusal: (item) => (isGoingOn(item) ? null : `the import is ${item.state}; there is nothing to stop`) });

/** Has an import go on where it was. */
export const resumeImport = (means: Means): AskImport => (wish, unit) =>
  askOf('ResumeImport', means, { wish, unit, refusal: ({ state }) => (state === 'stopped' || state === 'failed' ? null : `the import is ${state}; only one that stopped or failed can go on`) });

interface Asking {
  readonly wish: ImportWish;
  readonly unit: Unit;
  readonly refusal: (item: ImportItem) => string | null;
}

async function askOf(type: 'StopImport' | 'ResumeImport', { imports, log }: Means, { wish: { importId, requestedBy, requestId, trace }, unit, refusal }: Asking): Promise<ImportAsked> {
  const [view] = await imports.load(unit.tx, [importId]);
  if (!view) return { type: 'unknown' };
  const item = importItemOf(view);
  const why = refusal(item);
  if (why !== null) return { type: 'not-now', why };
  unit.send({ type, value: { importId, requestedBy, requestedAt: unit.now } }, { id: `http/import/${requestId}`, trace });
  log.info('import decided', { importId, command: type, requestedBy });
  return { type: 'asked', item };
}

/** Keeps of each import the newest that was heard. */
export const followImports = ({ imports }: Pick<Means, 'imports'>): FollowImports => async (batch, unit) => {
  const newest = new Map<string, ImportAdvancedReceived['value']>();
  for (const { value } of batch) if (value.revision > (newest.get(value.importId)?.revision ?? 0)) newest.set(value.importId, value);
  await imports.save(unit.tx, [...newest.values()]);
};
