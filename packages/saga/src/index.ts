export { advance, type SagaMessage } from './advance.ts';
export { saga, type Amendments, type Appeal, type Endings, type Facts, type Known, type Refusal, type Saga, type SagaBuilder, type Step, type StepSpec, type UndoPatience } from './definition.ts';
export { hear } from './hear.ts';
export type { Advanced, Remark } from './moves.ts';
export { slaTable, toMermaid } from './show.ts';
export { deadlineOf, isTerminal, leftOver, type Amending, type Because, type Ended, type Manual, type Running, type SagaState, type Undoing } from './state.ts';
export { story, type Story } from './story.ts';
