import { userName } from './options.ts';

it('names whoever runs a command by the account, by USER where that has no name, else by its number', () => {
  const nameless = (): never => { throw new Error('no such user'); };
  expect(userName(() => ({ username: 'lina' }), { USER: 'root' }, 1_000)).toBe('lina');
  expect(userName(nameless, { USER: 'lina' }, 1_000)).toBe('lina');
  expect([userName(nameless, {}, 1_000), userName(nameless, { USER: '' }, undefined)]).toEqual(['uid-1000', 'uid-unknown']);
});
