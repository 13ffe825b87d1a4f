import { seconds } from '@order-mesh/kernel';
import { tokenKeeper, withToken, type Granted, type NoToken } from './token.ts';

function keeper(answers: readonly (Granted | NoToken | Error)[]) {
  let now = 0;
  let asked = 0;
  const tokens = tokenKeeper(async () => {
    const answer = answers[asked];
    asked += 1;
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error('asked too often');
    return answer;
  }, { now: () => now });
  return { ...tokens, pass: (time: number) => { now += time; }, get asked() { return asked; } };
}

const granted = (token: string): Granted => ({ token, lasts: seconds(100) });

it('gives everybody the same token, and asks for the next when 95 % of its life is over', async () => {
  const tokens = keeper([granted('one'), granted('two')]);
  expect(await Promise.all([tokens.current(), tokens.current()])).toEqual(['one', 'one']);
  tokens.pass(seconds(94));
  expect([await tokens.current(), tokens.asked]).toEqual(['one', 1]);
  tokens.pass(seconds(2));
  expect([await tokens.current(), tokens.asked]).toEqual(['two', 2]);
});

it('is renewed once, however many find that it is no longer taken', async () => {
  const tokens = keeper([granted('one'), granted('two')]);
  await tokens.current();
  tokens.drop('one');
  const renewed = await Promise.all([tokens.current(), tokens.current()]);
  tokens.drop('one');
  expect([renewed, await tokens.current(), tokens.asked]).toEqual([['two', 'two'], 'two', 2]);
});

it('says why there is none, and asks again the next time', async () => {
  const tokens = keeper([{ type: 'unavailable', detail: 'busy' }, new Error('socket hang up'), granted('one')]);
  expect(await tokens.current()).toEqual({ type: 'unavailable', detail: 'busy' });
  expect(await tokens.current()).toEqual({ type: 'unavailable', detail: 'no token: socket hang up' });
  expect(await tokens.current()).toBe('one');
});

it('calls once more when its token is not taken, and no oftener', async () => {
  const tokens = keeper([granted('one'), granted('two'), granted('three')]);
  const taken = ['two'];
  const tried: string[] = [];
  const call = async (token: string) => (tried.push(token), taken.includes(token) ? 'done' : 'stale');
  expect(await withToken(tokens, call, (said) => said === 'stale')).toBe('done');
  taken.length = 0;
  expect(await withToken(tokens, call, (said) => said === 'stale')).toBe('stale');
  expect(tried).toEqual(['one', 'two', 'two', 'three']);
});

it('calls nobody without a token', async () => {
  const tokens = keeper([{ type: 'unavailable', detail: 'busy' }]);
  expect(await withToken(tokens, () => Promise.reject(new Error('called')), () => false)).toEqual({ type: 'unavailable', detail: 'busy' });
});
