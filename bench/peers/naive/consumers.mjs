// One consumer group a service, one transaction a message.
import { withLimit } from '../limit.mjs';
import { continueSaga, openSaga } from './orchestrator.mjs';
import { handleOnce, leaveMessage } from './schema.mjs';
import { services } from './services.mjs';

const JOIN_SECONDS = 60;

/** The topics of a run. */
export function topicsOf(prefix) {
  return { orders: `${prefix}orders`, replies: `${prefix}replies`, of: (service) => `${prefix}${service}-commands` };
}

/** Starts the orchestrator's two consumers and one for each service; they have their partitions on return. */
export async function startConsumers({ kafka, pool, topics, finished, fail }) {
  const context = { kafka, pool, fail };
  return Promise.all([
    consume(context, topics.orders, 'orchestrator-orders', async (message) => {
      await handleOnce(pool, 'orchestrator', message.messageId, async (client) => {
        const { service, ...command } = await openSaga(client, message.order);
        await leaveMessage(client, topics.of(service), command);
      });
    }),
    consume(context, topics.replies, 'orchestrator-replies', async (message) => {
      let command;
      const handled = await handleOnce(pool, 'orchestrator', message.messageId, async (client) => {
        command = await continueSaga(client, message);
        if (command) await leaveMessage(client, topics.of(command.service), { type: command.type, order: command.order });
      });
      if (handled && !command) finished(message.order.id);
    }),
    ...Object.entries(services).map(([name, commands]) => consume(context, topics.of(name), name, async (message) => {
      await handleOnce(pool, name, message.messageId, async (client) => {
        const type = await commands[message.type](client, message.order);
        await leaveMessage(client, topics.replies, { type, order: { id: message.order.id } });
      });
    })),
  ]);
}

async function consume({ kafka, fail }, topic, group, handle) {
  const consumer = kafka.consumer({ groupId: `${topic}-${group}`, allowAutoTopicCreation: false });
  const joined = new Promise((resolve) => { consumer.on(consumer.events.GROUP_JOIN, resolve); });
  consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => { if (!restart) fail(error); });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({ eachMessage: ({ message }) => handle(JSON.parse(message.value.toString())) });
  await withLimit(joined, JOIN_SECONDS, `joining the group of ${group}`);
  return consumer;
}
