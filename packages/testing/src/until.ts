/** Waits until the look-up gives something, and gives it; throws what was last seen when it takes too long. */
export async function until<Found>(what: string, look: () => Promise<Found | null | undefined | false>, withinMs = 30_000): Promise<Found> {
  const end = Date.now() + withinMs;
  for (let trouble: unknown = null; ;) {
    try {
      const found = await look();
      if (found) return found;
    } catch (error) {
      trouble = error;
    }
    if (Date.now() > end) throw new Error(`waited ${withinMs} ms in vain for ${what}`, { cause: trouble });
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
}
