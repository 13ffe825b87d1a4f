import type { Instant } from '@order-mesh/kernel';
import type { AlertRule } from '@order-mesh/testing';

/** What became of one alert. */
export interface AlertCourse {
  readonly id: string;
  readonly causedAt: Instant | null;
  readonly healedAt: Instant | null;
  readonly pendingAt: Instant | null;
  readonly firedAt: Instant | null;
  /** When it was first at rest after it had fired and its cause had gone. */
  readonly resolvedAt: Instant | null;
  /** When it began to fire though nobody had caused it. */
  readonly uncalledFor: readonly Instant[];
}

/** Which alert a rule is: some have several, told apart by a label. */
export const alertId = ({ name, labels }: Pick<AlertRule, 'name' | 'labels'>): string => [name, labels['window'] ?? labels['phase']].filter((part) => part !== undefined).join(' ');

/** Notes what each alert does from look to look, against what was done to cause it. */
export class AlertLog {
  readonly #courses = new Map<string, AlertCourse>();
  readonly #states = new Map<string, AlertRule['state']>();

  constructor(ids: readonly string[]) {
    for (const id of ids) this.#courses.set(id, { id, causedAt: null, healedAt: null, pendingAt: null, firedAt: null, resolvedAt: null, uncalledFor: [] });
  }

  caused(ids: readonly string[], causedAt: Instant): void {
    for (const id of ids) this.#change(id, { causedAt });
  }

  healed(ids: readonly string[], healedAt: Instant): void {
    for (const id of ids) this.#change(id, { healedAt });
  }

  /** Takes in how the alerts stand now; gives those that stand otherwise than before, in words. */
  look(rules: readonly AlertRule[], now: Instant): readonly string[] {
    return rules.flatMap((rule) => {
      const id = alertId(rule);
      const before = this.#states.get(id) ?? 'inactive';
      this.#states.set(id, rule.state);
      this.#note(id, { before, state: rule.state }, now);
      return before === rule.state ? [] : [`${id} is ${rule.state === 'inactive' ? 'at rest' : rule.state}`];
    });
  }

  isAtRest(id: string): boolean {
    return (this.#states.get(id) ?? 'inactive') === 'inactive';
  }

  course(id: string): AlertCourse {
    const found = this.#courses.get(id);
    if (!found) throw new Error(`there is no alert ${id}; known: ${[...this.#courses.keys()].join(', ')}`);
    return found;
  }

  all(): readonly AlertCourse[] {
    return [...this.#courses.values()];
  }

  #note(id: string, { before, state }: { readonly before: AlertRule['state']; readonly state: AlertRule['state'] }, now: Instant): void {
    const { causedAt, healedAt, pendingAt, firedAt, resolvedAt, uncalledFor } = this.course(id);
    const isCaused = causedAt !== null && resolvedAt === null;
    if (!isCaused && state === 'firing' && before !== 'firing') this.#change(id, { uncalledFor: [...uncalledFor, now] });
    if (!isCaused) return;
    if (state !== 'inactive' && pendingAt === null) this.#change(id, { pendingAt: now });
    if (state === 'firing' && firedAt === null) this.#change(id, { firedAt: now });
    if (state === 'inactive' && firedAt !== null && healedAt !== null) this.#change(id, { resolvedAt: now });
  }

  #change(id: string, change: Partial<AlertCourse>): void {
    this.#courses.set(id, { ...this.course(id), ...change });
  }
}
