import { draftOf, type Draft, type Unit } from '@order-mesh/messaging';
import { withChange, type Change, type PointFile } from '../domain/change.ts';
import { shippedRelease, type Release } from '../domain/release.ts';
import type { Shadow } from '../domain/shadow.ts';
import type { ChangeName, Ports } from './ports.ts';

/** The decision points of one batch, as they stand while it is answered. */
export interface Page {
  /** Undefined for what is no decision point. */
  file(point: string): PointFile | undefined;
  /** Any release of a point, 0 for the shipped rules. */
  release(point: string, version: number): Promise<Release | undefined>;
  /** The last change that decided silently at a point; null where none ever did. */
  shadow(point: string): Shadow | null;
  put(change: Change, release: Release | null): void;
  putShadow(shadow: Shadow): void;
  save(): Promise<void>;
}

/** Loads what a batch needs with three statements. */
export async function openPage({ book, shipped }: Pick<Ports, 'book' | 'shipped'>, names: readonly ChangeName[], { tx }: Unit): Promise<Page> {
  const known = names.filter(({ point }) => shipped.has(point));
  const points = [...new Set(known.map(({ point }) => point))];
  const live = points.length === 0 ? new Map<string, Release>() : await book.live(tx, points);
  const changes = points.length === 0 ? [] : await book.changes(tx, known);
  const shadows = new Map((points.length === 0 ? [] : await book.shadows(tx, points)).map((shadow) => [shadow.point, shadow]));
  const files: Draft<PointFile> = draftOf(new Map(points.flatMap((point) => {
    const release = live.get(point) ?? shippedAt(point);
    return release ? [[point, { point, live: release, changes: changes.filter((change) => change.point === point) }] as const] : [];
  })));
  const changed = new Map<string, Change>();
  const released: Release[] = [];
  const shadowed = new Map<string, Shadow>();

  function shippedAt(point: string): Release | undefined {
    const set = shipped.get(point);
    return set && shippedRelease(set);
  }

  return {
    file: (point) => files.get(point),
    shadow: (point) => shadows.get(point) ?? null,
    async release(point, version) {
      if (version === 0) return shippedAt(point);
      const fresh = released.find((one) => one.point === point && one.version === version);
      return fresh ?? (await book.releases(tx, [{ point, version }]))[0];
    },
    put(change, release) {
      const file = files.get(change.point);
      if (file) files.put(change.point, withChange(file, change, release));
      changed.set(JSON.stringify([change.point, change.changeId]), change);
      if (release) released.push(release);
    },
    putShadow(shadow) {
      shadows.set(shadow.point, shadow);
      shadowed.set(shadow.point, shadow);
    },
    async save() {
      if (changed.size > 0) await book.saveChanges(tx, [...changed.values()]);
      if (released.length > 0) await book.addReleases(tx, released);
      if (shadowed.size > 0) await book.saveShadows(tx, [...shadowed.values()]);
    },
  };
}
