/** How the signing people and the callbacks are set. */
export interface FascSettings {
  /** How long one actor takes; a company that seals without being asked takes no time. */
  readonly signDelayMs: number;
  /** Names, ids or phones of actors who refuse, besides the sample's. */
  readonly refuse: readonly string[];
  /** Names, ids or phones of actors who never answer. */
  readonly silent: readonly string[];
  /** Names, ids or phones of actors whose tasks end with `sign-task-signed` alone, as some real ones do. */
  readonly quiet: readonly string[];
  /** What the pauses between attempts at a callback (3 min, 30 min, 8 h) are multiplied by. */
  readonly callbackScale: number;
}
