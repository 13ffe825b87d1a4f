import type { Voice } from '@order-mesh/contracts';

/** One thing that somebody may do on Kafka; whatever is not named is refused. */
export interface Right {
  readonly on: 'topic' | 'group' | 'cluster';
  readonly name: string;
  readonly operation: 'Read' | 'Write' | 'Describe' | 'IdempotentWrite';
}

const onTopics = (operation: Right['operation'], topics: readonly string[]): readonly Right[] => topics.map((name) => ({ on: 'topic', name, operation }));

/** Kafka's word for each of a kind. */
const EACH = '*';
const CLUSTER = 'kafka-cluster';
/** That there are topics, and how far they are, is no secret among services: at its start each waits until all are there. */
const SEES_TOPICS: Right = { on: 'topic', name: EACH, operation: 'Describe' };

/**
 * What a process of these services needs, and nothing else: its own group, what its services hear and what they say. No transactional id: nothing here rests on
 * Kafka's transactions. Who brings letters back may write wherever somebody listens.
 */
export function rightsOf(services: readonly Voice[], groupId: string, everyTopic: readonly string[]): readonly Right[] {
  const distinct = (topics: readonly string[]): readonly string[] => [...new Set(topics)].sort();
  const says = services.some(({ bringsBack }) => bringsBack) ? everyTopic : services.flatMap(({ sends }) => sends);
  return [
    SEES_TOPICS,
    ...onTopics('Read', distinct(services.flatMap(({ hears }) => hears))),
    ...onTopics('Write', distinct(says)),
    { on: 'group', name: groupId, operation: 'Read' },
    { on: 'cluster', name: CLUSTER, operation: 'IdempotentWrite' },
  ];
}

/** What somebody needs who looks: all messages, and how far everybody is; no group of consumers. */
export const looksOn: readonly Right[] = [
  SEES_TOPICS,
  { on: 'topic', name: EACH, operation: 'Read' },
  { on: 'group', name: EACH, operation: 'Describe' },
  { on: 'cluster', name: CLUSTER, operation: 'Describe' },
];

/** The rights of a user as commands of Kafka's own tool, for whoever looks after a cluster. */
export function aclCommands(user: string, rights: readonly Right[]): readonly string[] {
  return rights.map(({ on, name, operation }) => {
    const where = on === 'cluster' ? '--cluster' : `--${on} '${name}'`;
    return `kafka-acls.sh --bootstrap-server "$KAFKA_BROKERS" --command-config admin.properties --add --allow-principal 'User:${user}' --operation ${operation} ${where}`;
  });
}
