import { digest, hex } from './digest.ts';

describe('a digest', () => {
  it('tells a hundred thousand neighbouring names apart, in each half of its bits', () => {
    const first = new Set<string>();
    const last = new Set<string>();
    for (let index = 0; index < 25_000; index += 1) {
      for (const participant of ['credit', 'order-orchestrator']) {
        for (const place of [0, 1]) {
          const text = hex(digest(`crm.events.v1/${index % 12}/${index}|${participant}|${place}`));
          first.add(text.slice(0, 16));
          last.add(text.slice(16));
        }
      }
    }
    expect([first.size, last.size]).toEqual([100_000, 100_000]);
  });

  it('is always 32 hexadecimal digits, and the same for the same text', () => {
    for (const text of ['', 'a', '订单', 'x'.repeat(1_000)]) {
      expect(hex(digest(text))).toMatch(/^[0-9a-f]{32}$/);
      expect(hex(digest(text))).toBe(hex(digest(text)));
    }
  });
});
