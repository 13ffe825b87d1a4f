import { contracts, type MessageName } from './generated/messages.ts';

/** Whether a text from outside names a message of the mesh. */
export function isMessageName(name: string): name is MessageName {
  return Object.hasOwn(contracts, name);
}
