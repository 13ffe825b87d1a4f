import { MeshError } from '@order-mesh/kernel';
import type { Unit } from '@order-mesh/messaging';
import type { Submit } from './service.ts';

interface Waiting<Request, Answer> {
  readonly request: Request;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/** Requests carried out in one batch, at most. */
const MOST_AT_ONCE = 500;

/**
 * Takes requests one by one and carries them out together: whatever waits when the next batch begins shares its statements.
 * `carryOut` gives an answer each, in order; a batch that is repeated is given the same requests again. Where it rejects, each is tried by itself, and only what is
 * broken is rejected; a MeshError (overloaded, not running) rejects all of them.
 */
export function grouped<Request, Answer>(submit: Submit, carryOut: (requests: readonly Request[], unit: Unit) => Promise<readonly Answer[]>): (request: Request) => Promise<Answer> {
  const waiting: Waiting<Request, Answer>[] = [];
  let called = false;

  const call = (): void => {
    called = true;
    let taken: readonly Waiting<Request, Answer>[] | null = null;
    const take = (): readonly Waiting<Request, Answer>[] => {
      called = false;
      const group = waiting.splice(0, MOST_AT_ONCE);
      if (waiting.length > 0) call();
      return group;
    };
    submit((unit) => carryOut((taken ??= take()).map(({ request }) => request), unit)).then(
      (answers) => { taken?.forEach((one, index) => { settle(one, answers, index); }); },
      (error: unknown) => { giveUp(taken ?? take(), error); },
    );
  };
  // one broken request must not fail those beside it
  const giveUp = (group: readonly Waiting<Request, Answer>[], error: unknown): void => {
    const hopeless = group.length === 1 || error instanceof MeshError;
    if (hopeless) for (const one of group) one.reject(error);
    else for (const one of group) submit((unit) => carryOut([one.request], unit)).then((answers) => { settle(one, answers, 0); }, one.reject);
  };
  return (request) => new Promise<Answer>((resolve, reject) => {
    waiting.push({ request, resolve, reject });
    if (!called) call();
  });
}

function settle<Request, Answer>({ resolve, reject }: Waiting<Request, Answer>, answers: readonly Answer[], index: number): void {
  const [answer] = answers.slice(index, index + 1).map((given) => ({ given }));
  if (answer) resolve(answer.given);
  else reject(new TypeError('a request was taken and not answered'));
}
