import { MeshError } from '@order-mesh/kernel';
import type { Change } from '../domain/change.ts';
import type { Release } from '../domain/release.ts';
import type { Shadow } from '../domain/shadow.ts';
import type { RuleBook } from '../usecases/ports.ts';

const keyOf = (...parts: readonly (string | number)[]): string => JSON.stringify(parts);

/** A rule book in memory, as strict as the tables: for tests and simulation. */
export function memoryRuleBook(): RuleBook {
  const changes = new Map<string, Change>();
  const releases = new Map<string, Release>();
  const shadows = new Map<string, Shadow>();
  const releasesOf = (wanted: string): readonly Release[] => [...releases.values()].filter(({ point }) => point === wanted);

  return {
    live: async (_tx, points) => new Map(points.flatMap((point) => {
      const [last] = [...releasesOf(point)].sort((one, other) => other.version - one.version);
      return last ? [[point, last] as const] : [];
    })),
    changes: async (_tx, names) => names.flatMap(({ point, changeId }) => changes.get(keyOf(point, changeId)) ?? []),
    releases: async (_tx, names) => names.flatMap(({ point, version }) => releases.get(keyOf(point, version)) ?? []),
    shadows: async (_tx, points) => points.flatMap((point) => shadows.get(point) ?? []),
    saveShadows: async (_tx, kept) => { for (const shadow of kept) shadows.set(shadow.point, shadow); },
    async saveChanges(_tx, changed) {
      for (const change of changed) {
        if ('decidedBy' in change && change.decidedBy === change.author) throw new MeshError('BROKEN_PROMISE', { advice: `change ${change.changeId} was decided by its author` });
        changes.set(keyOf(change.point, change.changeId), change);
      }
    },
    async addReleases(_tx, added) {
      for (const release of added) {
        const { point, version, changeId, author, approvedBy } = release;
        const isKnown = releases.has(keyOf(point, version)) || releasesOf(point).some((one) => one.changeId === changeId);
        if (isKnown || version <= 0 || approvedBy === author) throw new MeshError('BROKEN_PROMISE', { advice: `version ${version} of ${point} cannot be added` });
        releases.set(keyOf(point, version), release);
      }
    },
  };
}
