/** What was found about one thing, and what to do when it is not well. */
export interface Finding {
  readonly what: string;
  readonly state: 'ok' | 'skipped' | 'broken';
  readonly found: string;
  /** Null when there is nothing to do. */
  readonly advice: string | null;
}

export const ok = (what: string, found: string): Finding => ({ what, state: 'ok', found, advice: null });
export const skipped = (what: string, found: string): Finding => ({ what, state: 'skipped', found, advice: null });
export const broken = (what: string, found: string, advice: string): Finding => ({ what, state: 'broken', found, advice });
