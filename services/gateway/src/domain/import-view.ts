import type { ImportAdvanced, StartImport } from '@order-mesh/contracts';
import { utc } from './order-item.ts';
import { sane } from './stamp.ts';

export const importStates = ['asked', 'listing', 'running', 'stopped', 'completed', 'failed'] as const;
export type ImportState = (typeof importStates)[number];

/** The newest that was heard of an import; revision 0 is what we asked for ourselves. */
export type ImportView = ImportAdvanced;

/** An import that was asked for and not heard of yet. */
export function askedImport({ importId, system, since, status, dryRun, requestedBy, requestedAt }: StartImport): ImportView {
  return {
    importId, system, revision: 0, state: 'asked', since, status, dryRun, total: null, seen: 0, placed: 0, known: 0, unacceptable: 0, passedOver: 0, reasons: [], detail: '', requestedBy,
    startedAt: requestedAt, at: requestedAt,
  };
}

/** An import as it is shown. */
export interface ImportItem {
  readonly importId: string;
  readonly system: string;
  readonly state: ImportState;
  readonly since: string | null;
  readonly status: string;
  readonly dryRun: boolean;
  readonly total: number | null;
  readonly seen: number;
  readonly placed: number;
  readonly known: number;
  readonly unacceptable: number;
  readonly passedOver: number;
  readonly reasons: ImportAdvanced['reasons'];
  readonly detail: string;
  readonly requestedBy: string;
  readonly startedAt: string;
  readonly updatedAt: string;
}

export function importItemOf({ revision: _, state, since, startedAt, at, ...rest }: ImportView): ImportItem {
  return { ...rest, state: stateOf(state), since: since === null ? null : utc(since), startedAt: utc(sane(startedAt)), updatedAt: utc(sane(at)) };
}

/** Whether it still goes on by itself. */
export const isGoingOn = ({ state }: Pick<ImportItem, 'state'>): boolean => state === 'asked' || state === 'listing' || state === 'running';

// a newer sender may know more states
function stateOf(state: string): ImportState {
  return importStates.find((known) => known === state) ?? 'running';
}
