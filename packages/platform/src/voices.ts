import { topics, voiceOf, type Voice } from '@order-mesh/contracts';
import { MeshError } from '@order-mesh/kernel';
import { rightsOf, type Participant, type Right } from '@order-mesh/messaging';

/** The participant, held to what its service may say. Throws BROKEN_PROMISE when it hears anything else than `voices` tells; who is no service stays as it is. */
export function heldToVoice(participant: Participant): Participant {
  const voice = voiceOf(participant.name);
  if (voice === undefined) return participant;
  const heard = new Set(participant.subscriptions.flatMap(({ topics: some }) => some));
  const told = new Set<string>(voice.hears);
  const wrong = [...[...heard].filter((topic) => !told.has(topic)), ...[...told].filter((topic) => !heard.has(topic))];
  if (wrong.length > 0) throw new MeshError('BROKEN_PROMISE', { advice: `${participant.name} and contracts/src/voices.ts do not agree on whether it hears ${wrong.join(', ')}` });
  return { ...participant, sends: new Set(voice.sends) };
}

/** The topics that a process of these may write; undefined where it may write every one. */
export function topicsWrittenBy(participants: readonly Participant[]): ReadonlySet<string> | undefined {
  if (participants.some(({ name, projection, sends }) => voiceOf(name)?.bringsBack ?? (sends === undefined && !projection))) return undefined;
  return new Set(participants.flatMap(({ sends = [] }) => [...sends]));
}

/** What a process of these services needs on Kafka. Names of no service add nothing. */
export function rightsOfServices(names: readonly string[], groupId: string): readonly Right[] {
  return rightsOf(names.map(voiceOf).filter((voice): voice is Voice => voice !== undefined), groupId, Object.values(topics));
}
