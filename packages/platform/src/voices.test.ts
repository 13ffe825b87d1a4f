import { topics } from '@order-mesh/contracts';
import type { Participant } from '@order-mesh/messaging';
import { heldToVoice, topicsWrittenBy } from './voices.ts';

const participant = (name: string, hears: readonly string[], projection = false): Participant => ({ name, projection, subscriptions: [{ topics: hears, handle: () => Promise.resolve() }] });
const contract = participant('contract', [topics.contractCommands, topics.rulesPublished]);

describe('a service and the topics it is said to have', () => {
  it('may send to those', () => {
    expect([...heldToVoice(contract).sends ?? []]).toEqual([topics.contractEvents, topics.partnerEvents, topics.simulationEvents]);
  });

  it('does not start when it hears more, or less', () => {
    expect(() => heldToVoice(participant('contract', [topics.contractCommands, topics.rulesPublished, topics.creditCommands]))).toThrow('do not agree on whether it hears credit.commands.v1');
    expect(() => heldToVoice(participant('contract', [topics.contractCommands]))).toThrow('do not agree on whether it hears rules.published.v1');
  });

  it('leaves to others what a neighbour left for them, unless somebody in its process may write everywhere', () => {
    expect(topicsWrittenBy([heldToVoice(contract)])?.has(topics.creditEvents)).toBe(false);
    expect(topicsWrittenBy([heldToVoice(contract), participant('watcher', [], true)])?.size).toBe(3);
    expect(topicsWrittenBy([heldToVoice(contract), participant('probe', [])])).toBeUndefined();
  });
});
