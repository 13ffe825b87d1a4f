import type { MessageName } from '@order-mesh/contracts';
import { digest, type Received } from '@order-mesh/messaging';
import { undoing } from './steps.ts';

/** All that Kafka has about one order: each message once, those of one topic in the order in which consumers see them. */
export interface Story {
  readonly orderId: string;
  readonly types: MessageName[];
  /** Shortened to 52 bits: some hundred bytes an order, so that a hundred thousand orders fit. */
  readonly ids: number[];
  readonly contents: number[];
  /** The undos and their answers under their full names, which tell what caused what. */
  readonly undoing: Undoing[];
  /** What was wrong with single records, in words. */
  readonly faults: { readonly invariant: 'I7' | 'I8' | 'I10'; readonly problem: string }[];
}

/** `revision` is the last that an undo takes back; 0 where it tells none. */
export interface Undoing {
  readonly type: MessageName;
  readonly id: string;
  readonly revision: number;
}

/** The order was a person's case for a while. */
export const wasCase = (story: Story | undefined): boolean => story?.types.includes('OrderNeedsAttention') ?? false;

export const newStory = (orderId: string): Story => ({ orderId, types: [], ids: [], contents: [], undoing: [], faults: [] });

/** Adds a message that was not heard before; false for one that was, which must then say the same. */
export function addTo(story: Story, message: Received, content: Buffer): boolean {
  const id = short(message.id);
  const said = short52(digest(content.toString('latin1')));
  const known = story.ids.indexOf(id);
  if (known >= 0) {
    if (story.contents[known] !== said) story.faults.push({ invariant: 'I7', problem: `message ${message.id} (${message.type}) was sent twice with different contents` });
    return false;
  }
  story.ids.push(id);
  story.types.push(message.type);
  story.contents.push(said);
  if (message.type === 'CancelRequested' && message.value.requestedBy.trim() === '') story.faults.push({ invariant: 'I10', problem: `somebody without a name asked to cancel it (${message.id})` });
  if (undoing.has(message.type)) story.undoing.push({ type: message.type, id: message.id, revision: 'revision' in message.value ? message.value.revision : 0 });
  return true;
}

/** A message's name as a number of 52 bits. */
export const short = (id: string): number => (HEX.test(id) ? Number.parseInt(id.slice(0, 13), 16) : short52(digest(id)));

const HEX = /^[0-9a-f]{32}$/;

const short52 = ([high, low]: readonly [number, number, ...number[]]): number => high * 0x10_0000 + (low >>> 12);
