import { objectAt, unreadable, wordAt, type Json } from '../json.ts';

/** Where a message goes and who answers it: the `kafka` attribute of its schema. */
export interface Routing {
  readonly topic: string;
  readonly kind: 'command' | 'event';
  /** Name of the field that is the Kafka key. */
  readonly key: string;
  readonly reply: { readonly done?: string; readonly refused?: string; readonly undone?: string };
  /** Name of the command that undoes this one. */
  readonly undo: string | null;
  /** Whether the topic keeps the last message of each key for ever, instead of all messages for a time. */
  readonly compacted: boolean;
}

const TOPIC = /^[a-z]+\.(command|event)s\.v\d+$/;
/** A name of its own: so all that lies on one topic is kept in one way. */
const COMPACTED_TOPIC = /^[a-z]+\.(?!commands|events)[a-z]+\.v\d+$/;

/** Reads a `kafka` attribute. Throws BAD_REQUEST naming `spot`. */
export function readRouting(json: Json, spot: string): Routing {
  const kind = json['kind'];
  if (kind !== 'command' && kind !== 'event') throw unreadable(spot, 'kafka.kind must be "command" or "event"');
  const topic = wordAt(json, 'topic', spot);
  const compacted = json['compacted'] ?? false;
  if (typeof compacted !== 'boolean') throw unreadable(spot, 'kafka.compacted must be true or false');
  if (compacted && !COMPACTED_TOPIC.test(topic)) throw unreadable(spot, `kafka.topic ${topic} is compacted: it must be <context>.<what it keeps>.v<major>`);
  if (!compacted && TOPIC.exec(topic)?.[1] !== kind) throw unreadable(spot, `kafka.topic ${topic} must be <context>.${kind}s.v<major>`);
  const undo = json['undo'] === undefined ? null : wordAt(json, 'undo', spot);
  return { topic, kind, key: wordAt(json, 'key', spot), reply: readReply(json['reply'], spot), undo, compacted };
}

function readReply(reply: unknown, spot: string): Routing['reply'] {
  if (reply === undefined) return {};
  const json = objectAt(reply, `${spot}: kafka.reply`);
  const answers = ['done', 'refused', 'undone'];
  const stranger = Object.keys(json).find((answer) => !answers.includes(answer));
  if (stranger) throw unreadable(spot, `kafka.reply.${stranger} must be one of ${answers.join(', ')}`);
  return Object.fromEntries(Object.keys(json).map((answer) => [answer, wordAt(json, answer, spot)]));
}
