import { TOPICS_KEPT_FOR } from '@order-mesh/platform';
import { SETTLED_KEPT_FOR } from './desk.ts';

it('remembers a settled call for longer than Kafka keeps the message that asked for it', () => {
  expect(SETTLED_KEPT_FOR).toBeGreaterThan(TOPICS_KEPT_FOR);
});
