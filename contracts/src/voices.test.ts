import { topics } from './generated/messages.ts';
import { voiceOf, voices, type Voice } from './voices.ts';

const all: readonly Voice[] = Object.values(voices);

describe('who hears and says what', () => {
  it('has a sender for each topic, and a hearer for each but the anchors, which are for whoever checks the audit log', () => {
    const unsaid = Object.values(topics).filter((topic) => !all.some(({ sends }) => sends.includes(topic)));
    const unheard = Object.values(topics).filter((topic) => !all.some(({ hears }) => hears.includes(topic)));
    expect(unsaid).toEqual([]);
    expect(unheard).toEqual([topics.auditAnchors]);
  });

  it('names no topic twice in one list', () => {
    for (const { hears, sends } of all) for (const list of [hears, sends]) expect(new Set(list).size).toBe(list.length);
  });

  it('knows nobody who is no service', () => {
    expect(['probe', 'toString', 'constructor'].map(voiceOf)).toEqual([undefined, undefined, undefined]);
  });
});
