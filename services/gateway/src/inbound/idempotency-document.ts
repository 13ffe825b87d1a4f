import type { OpenAPIObject } from '@nestjs/swagger';
import { ref } from './answers.ts';
import { problems, type ProblemCode } from './problem.ts';

type Operation = NonNullable<OpenAPIObject['paths'][string]['post']>;

const NAME = 'Idempotency-Key';
const KEY: NonNullable<Operation['parameters']>[number] = {
  name: NAME, in: 'header', required: false, schema: { type: 'string', minLength: 1, maxLength: 255 },
  description: 'Names this request: 1 to 255 visible ASCII characters, a UUID for example. Repeated under the same key it is carried out once and answered the same. Kept 7 days.',
};
const REFUSALS: readonly ProblemCode[] = ['request-in-flight', 'too-large', 'idempotency-key-reused'];

/** Says of every POST that it may be repeated under a key, and how that is refused. */
export function documentKeys(document: OpenAPIObject): OpenAPIObject {
  return { ...document, paths: Object.fromEntries(Object.entries(document.paths).map(([path, item]) => [path, item.post ? { ...item, post: withKey(item.post) } : item])) };
}

function withKey(operation: Operation): Operation {
  const { parameters = [], responses } = operation;
  const isTold = parameters.some((one) => 'name' in one && one.name === NAME);
  const more = Object.fromEntries(REFUSALS.flatMap((code) => (String(problems[code].status) in responses ? [] : [[problems[code].status, refusalOf(code)]])));
  return { ...operation, parameters: isTold ? parameters : [...parameters, KEY], responses: { ...responses, ...more } };
}

const refusalOf = (code: ProblemCode) => ({ description: `${problems[code].title} (${code})`, content: { 'application/problem+json': { schema: ref('Problem') } } });
