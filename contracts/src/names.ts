import { contracts, orderTopics, type MessageName } from './generated/messages.ts';

/** Whether a text from outside names a message of the mesh. */
export function isMessageName(name: string): name is MessageName {
  return Object.hasOwn(contracts, name);
}

const ORDER_TOPICS: ReadonlySet<string> = new Set(orderTopics);

/** Whether the records of a topic have the number of an order as their key. */
export const isOrderTopic = (topic: string): boolean => ORDER_TOPICS.has(topic);
