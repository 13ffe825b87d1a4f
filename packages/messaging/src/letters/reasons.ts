/** Why a record became a dead letter. A closed list; a reason never changes its meaning. */
export const letterReasons = [
  'not-framed', 'truncated', 'trailing-bytes', 'malformed', 'tombstone', 'unknown-schema', 'incompatible', 'too-large', 'invalid-value', 'handler-failed', 'wrong-topic',
] as const;
export type LetterReason = (typeof letterReasons)[number];

/** The reasons by what a person has to do about them. */
export const reasonClasses = ['undecodable', 'unknown-schema', 'incompatible', 'too-large', 'invalid-value', 'refused-by-handler', 'unroutable'] as const;
export type ReasonClass = (typeof reasonClasses)[number];

interface About {
  readonly class: ReasonClass;
  readonly advice: string;
}

const SEND_ANEW = 'ask its sender to send it again and drop this one, or edit it into what was meant';

const REASONS: Readonly<Record<LetterReason, About>> = {
  'not-framed': { class: 'undecodable', advice: `its sender does not write Confluent's wire format (a zero byte, the schema number, Avro): correct the sender; ${SEND_ANEW}` },
  truncated: { class: 'undecodable', advice: `the end of the message is missing: ${SEND_ANEW}` },
  'trailing-bytes': { class: 'undecodable', advice: `more follows than the schema describes, so its schema number may be wrong: ${SEND_ANEW}` },
  malformed: { class: 'undecodable', advice: `the bytes are no Avro of the schema they name: ${SEND_ANEW}` },
  tombstone: { class: 'undecodable', advice: 'it has no value and means nothing on this topic: drop it' },
  'unknown-schema': { class: 'unknown-schema', advice: 'register the schema (npm run contracts) and start the service with it, then replay the letter; if the number is wrong, edit it' },
  incompatible: { class: 'incompatible', advice: 'its sender and this service disagree about the schema: bring the older of the two up to date, then replay the letter' },
  'too-large': { class: 'too-large', advice: 'ask its sender to split it and drop this one, or edit it into something smaller' },
  'invalid-value': { class: 'invalid-value', advice: 'one value is not allowed: edit that field and replay the letter' },
  'handler-failed': { class: 'refused-by-handler', advice: 'the service broke on it, which is an error in its code: correct and restart the service, then replay the letter; or edit what it cannot take' },
  'wrong-topic': { class: 'unroutable', advice: 'nobody listens for it on this topic: have its sender use the right topic, and drop this one' },
};

export const classOf = (reason: LetterReason): ReasonClass => REASONS[reason].class;

/** What a person should do about a letter of this reason. */
export const adviceFor = (reason: LetterReason): string => REASONS[reason].advice;

export const reasonsOf = (wanted: ReasonClass): readonly LetterReason[] => letterReasons.filter((reason) => classOf(reason) === wanted);
