import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { runPeer } from '../run.mjs';
import { startConsumers, topicsOf } from './consumers.mjs';
import { startOutboxRelay } from './outbox-relay.mjs';
import { createMessageTables } from './schema.mjs';
import { services } from './services.mjs';

const POLL_MILLISECONDS = 10;
const PARTITIONS = 1;

process.env.KAFKAJS_NO_PARTITIONER_WARNING = '1';

await runPeer({
  name: 'naive saga over Kafka',
  packages: ['kafkajs', 'pg'],
  poolSize: 20,
  submitters: 100,
  settings: { partitionsPerTopic: PARTITIONS, outboxPollMilliseconds: POLL_MILLISECONDS, acks: 'all', transactionsPerMessage: 1 },
  start: async ({ brokers, topicPrefix, pool, finished, fail, opened }) => {
    const kafka = new Kafka({ clientId: 'naive', brokers: brokers.split(','), logLevel: logLevel.WARN });
    const topics = topicsOf(topicPrefix);
    await createMessageTables(pool);
    await createTopics(kafka, [topics.orders, topics.replies, ...Object.keys(services).map(topics.of)]);
    const producer = await openProducer(kafka, opened);
    const relay = startOutboxRelay({ pool, producer: await openProducer(kafka, opened), pollMilliseconds: POLL_MILLISECONDS, fail });
    opened.push(() => relay.stop());
    const consumers = await startConsumers({ kafka, pool, topics, finished, fail });
    opened.push(() => Promise.all(consumers.map((consumer) => consumer.disconnect())));
    const submit = (order) => producer.send({
      topic: topics.orders,
      acks: -1,
      messages: [{ key: order.id, value: JSON.stringify({ messageId: randomUUID(), order }) }],
    });
    return { submit };
  },
});

async function createTopics(kafka, names) {
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({
    waitForLeaders: true,
    topics: names.map((topic) => ({ topic, numPartitions: PARTITIONS, replicationFactor: 1 })),
  });
  await admin.disconnect();
}

async function openProducer(kafka, opened) {
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  await producer.connect();
  opened.push(() => producer.disconnect());
  return producer;
}
