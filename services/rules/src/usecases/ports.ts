import type { Instant } from '@order-mesh/kernel';
import type { Transaction } from '@order-mesh/messaging';
import type { Log } from '@order-mesh/platform';
import type { DecisionPoint, RuleSet } from '@order-mesh/rules';
import type { Change } from '../domain/change.ts';
import type { Release } from '../domain/release.ts';
import type { Shadow } from '../domain/shadow.ts';

export interface ChangeName {
  readonly point: string;
  readonly changeId: string;
}

export interface VersionName {
  readonly point: string;
  readonly version: number;
}

/** What was released at which decision point, and what people want to have changed. */
export interface RuleBook {
  /** The last release of each point named; a point that nobody has published to has none. */
  live(tx: Transaction, points: readonly string[]): Promise<ReadonlyMap<string, Release>>;
  /** Reads the changes named and locks them until the transaction ends; unknown ones are absent. */
  changes(tx: Transaction, names: readonly ChangeName[]): Promise<readonly Change[]>;
  /** Reads releases; unknown ones are absent. */
  releases(tx: Transaction, names: readonly VersionName[]): Promise<readonly Release[]>;
  /** The last shadow of each point named, locked until the transaction ends; points that never had one are absent. */
  shadows(tx: Transaction, points: readonly string[]): Promise<readonly Shadow[]>;
  /** Keeps shadows, each in the place of the one before it at its point. */
  saveShadows(tx: Transaction, shadows: readonly Shadow[]): Promise<void>;
  /** Keeps changes in their last state. */
  saveChanges(tx: Transaction, changes: readonly Change[]): Promise<void>;
  /** Adds releases. Refuses a version that is there already, and a change that was released before. */
  addReleases(tx: Transaction, releases: readonly Release[]): Promise<void>;
}

/** Another engine's word on what the tests of a set come to. */
export interface SecondOpinion {
  /** Where it says something else than we do, in words; empty when both agree. Expects a set that can be read. */
  disagreements(point: DecisionPoint, set: RuleSet, now: Instant): Promise<readonly string[]>;
}

export interface Ports {
  readonly book: RuleBook;
  readonly opinion: SecondOpinion;
  /** The rules that hold where nobody has published any, by decision point. */
  readonly shipped: ReadonlyMap<string, RuleSet>;
  readonly log: Log;
}
