export { adviceFor, classOf, letterReasons, reasonClasses, reasonsOf, type LetterReason, type ReasonClass } from './reasons.ts';
export { originalOf, replayMarkOf, replayRecord, type Replayable, type ReplayedLetter, type ReplayMark } from './replay.ts';
export { messageFromJson, messageToJson, type Fault, type JsonMessage, type ReadMessage } from './message-json.ts';
