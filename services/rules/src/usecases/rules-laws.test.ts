import fc from 'fast-check';
import { inShort, rulesDesk, SHIPPED_HASH } from '../../test/scene.ts';
import { play, step } from '../../test/story.ts';

describe('laws of rules', () => {
  const stories = fc.array(step, { maxLength: 25 });

  it('versions count up by one, and each says something else than the one before', async () => {
    await fc.assert(fc.asyncProperty(stories, async (story) => {
      const sent = await play(story, rulesDesk());
      const published = new Map(sent.flatMap((message) => (message.type === 'RulesPublished' ? [[message.value.version, message.value] as const] : [])));
      expect([...published.keys()]).toEqual(Array.from(published.keys(), (_, index) => index + 1));
      for (const [version, { hash }] of published) expect(published.get(version - 1)?.hash).not.toBe(hash);
    }));
  });

  it('nothing new is in force that its author released, or nobody did', async () => {
    await fc.assert(fc.asyncProperty(stories, async (story) => {
      const sent = await play(story, rulesDesk());
      for (const [index, message] of sent.entries()) {
        if (message.type !== 'RulesPublished') continue;
        const { approvedBy, author, hash, changeId } = message.value;
        const before = sent.slice(0, index);
        const released = before.flatMap((one) => (one.type === 'RulesPublished' ? [one.value.hash] : []));
        if (approvedBy === null) expect([SHIPPED_HASH, ...released]).toContain(hash);
        else {
          expect(approvedBy).not.toBe(author);
          expect(before.at(-1)).toMatchObject({ type: 'RulesDecided', value: { changeId, decision: 'approved', decidedBy: approvedBy } });
        }
      }
    }));
  });

  it('everything asked for is answered, and asked again at once it is answered the same and changes nothing', async () => {
    await fc.assert(fc.asyncProperty(stories, step, async (story, one) => {
      const [once, twice] = [rulesDesk(), rulesDesk()];
      await play(story, once);
      await play(story, twice);
      const first = await play([one], once);
      expect(first.length).toBeGreaterThan(0);
      await play([one], twice);
      const again = await play([one], twice);
      if (one.do !== 'decide') expect(inShort(again)).toEqual(inShort(first));
      else expect(again.every(({ type }) => type === 'RulesChangeRefused')).toBe(true);
      expect(await twice.live()).toEqual(await once.live());
    }));
  });
});
