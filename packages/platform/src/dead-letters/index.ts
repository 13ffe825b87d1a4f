export { deadLetters, type DeadLetterMeans } from './dead-letters.ts';
export {
  letterStatuses, type DeadLetters, type Dropped, type Edited, type Letter, type LetterDecision, type LetterDetail, type LetterFilter, type LetterStatus, type NotDone, type Replayed,
} from './letter.ts';
