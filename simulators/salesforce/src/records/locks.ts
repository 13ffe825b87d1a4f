/** Records that somebody else's transaction holds: writing them is refused for so many times. */
export interface Locks {
  hold(recordIds: readonly string[], times: number): void;
  /** Whether one of these is held; counts as one of the times. */
  refuses(recordIds: readonly string[]): string | undefined;
}

/** Nobody holds anything. */
export function noLocks(): Locks {
  const held = new Map<string, number>();
  return {
    hold: (recordIds, times) => recordIds.forEach((id) => held.set(id, times)),
    refuses(recordIds) {
      const id = recordIds.find((one) => (held.get(one) ?? 0) > 0);
      if (id !== undefined) held.set(id, (held.get(id) ?? 0) - 1);
      return id;
    },
  };
}
