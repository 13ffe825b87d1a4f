import type { Invariant } from '../facts.ts';
import { steps } from '../history/steps.ts';
import type { Story } from '../history/story.ts';
import type { Offence } from '../verdict.ts';

/**
 * Offsets of one partition are the order in which every consumer sees them, and they do not change: nothing here can lag. A message
 * published a second time after a crash counts where it stood first.
 */
export const ordersStayInOrder: Invariant = {
  id: 'I8',
  title: 'the messages of an order stay in order',
  promise: 'All messages of an order lie in the one partition of its number, on every topic, and no step\'s undo comes before its ask.',
  check: async ({ history }) => {
    const { stories, records } = await history();
    const found: Offence[] = [];
    for (const story of stories.values()) {
      const problems = [...story.faults.filter(({ invariant }) => invariant === 'I8').map(({ problem }) => problem), ...overtaken(story)];
      found.push(...problems.map((problem) => ({ subject: `order ${story.orderId}`, problem })));
    }
    return { offences: found, checked: { orders: stories.size, messages: records }, notChecked: ['versions of an order: messages carry none'] };
  },
};

/** Ask and undo of a step share their topic, so their places in the story are their places on Kafka. */
function overtaken({ types }: Story): readonly string[] {
  return steps.flatMap(({ ask, undo }) => {
    const [asked, undone] = [types.indexOf(ask), types.indexOf(undo)];
    return asked >= 0 && undone >= 0 && undone < asked ? [`${undo} stands before ${ask}`] : [];
  });
}
