import { topics } from '@order-mesh/contracts';
import { TOPICS_KEPT_FOR } from './retention.ts';
import { topicsOf } from './topics.ts';

it('creates every topic once: for a week, but what is kept for ever is compacted and never deleted by age', () => {
  const specs = topicsOf(12);
  expect(specs.map(({ name }) => name).sort()).toEqual(Object.values(topics).sort());
  expect(specs.filter(({ compacted }) => compacted)).toEqual([topics.auditAnchors, topics.rulesPublished].map((name) => ({ name, partitions: 12, compacted: true })));
  expect(specs.find(({ name }) => name === topics.orderEvents)).toEqual({ name: topics.orderEvents, partitions: 12, keptFor: TOPICS_KEPT_FOR });
});
