import type { RulesPublished } from '@order-mesh/contracts';
import type { Instant } from '@order-mesh/kernel';
import type { Transaction } from '@order-mesh/messaging';
import type { ChangeFacts } from '../domain/adoption.ts';
import type { ChangeItem, ChangeView } from '../domain/rules-view.ts';
import type { ShadowItem, ShadowView } from '../domain/shadow-view.ts';
import type { SimulationItem, SimulationView } from '../domain/simulation-view.ts';
import type { Place } from './ports.ts';

export interface ChangeName {
  readonly point: string;
  readonly changeId: string;
}

/** A release without its rules. */
export type ReleaseItem = Omit<RulesPublished, 'content' | 'at'> & { readonly at: string };

/** A release with its rules, as JSON text. */
export type ReleaseDetail = ReleaseItem & { readonly content: string };

/** The views of the rules, as they are written. */
export interface RulesViews {
  /** Adds what is not known yet. */
  addReleases(tx: Transaction, releases: readonly RulesPublished[]): Promise<void>;
  /** Takes the rows for this batch; changes never heard of are absent. */
  loadChanges(tx: Transaction, names: readonly ChangeName[]): Promise<readonly ChangeView[]>;
  /** The change of this name, at whatever point. */
  findChange(tx: Transaction, changeId: string): Promise<ChangeView | null>;
  saveChanges(tx: Transaction, changes: readonly ChangeView[]): Promise<void>;
  loadSimulations(tx: Transaction, simulationIds: readonly string[]): Promise<readonly SimulationView[]>;
  saveSimulations(tx: Transaction, simulations: readonly SimulationView[]): Promise<void>;
  loadShadows(tx: Transaction, shadowIds: readonly string[]): Promise<readonly ShadowView[]>;
  /** The last shadow of a change. */
  findShadow(tx: Transaction, changeId: string): Promise<ShadowView | null>;
  saveShadows(tx: Transaction, shadows: readonly ShadowView[]): Promise<void>;
}

/** The views of the rules, as they are read; outside of any batch. */
export interface RulesReader {
  /** The last release of each point that somebody has published to. */
  live(): Promise<readonly ReleaseItem[]>;
  /** Newest first. */
  releases(point: string): Promise<readonly ReleaseItem[]>;
  release(point: string, version: number): Promise<ReleaseDetail | null>;
  /** Newest first. */
  changes(point: string, page: { readonly after?: Place; readonly limit: number }): Promise<readonly ChangeItem[]>;
  change(changeId: string): Promise<(ChangeItem & { readonly content: string | null }) | null>;
  simulation(simulationId: string): Promise<SimulationItem | null>;
  /** Those that run, the newest first. */
  shadows(): Promise<readonly ShadowItem[]>;
  /** The last shadow of a change. */
  shadow(changeId: string): Promise<ShadowItem | null>;
  /** What became of changes that were asked for since a moment: the newest, at most so many. */
  changesSince(since: Instant, atMost: number): Promise<readonly ChangeFacts[]>;
}
