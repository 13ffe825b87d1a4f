import { misfits, mutated, mutations } from './index.ts';

const mutation = { name: 'limit-left-out', breaks: '', module: 'account.js', edits: [{ find: 'exposure > limit', replace: 'false' }] };

describe('planting a bug', () => {
  it('changes the words it looks for, and nothing else', () => {
    expect(mutated('if (exposure > limit) refuse();', mutation)).toBe('if (false) refuse();');
  });

  it('fails loudly when the product has changed under it', () => {
    expect(() => mutated('if (exposure >= limit) refuse();', mutation)).toThrow('finds it 0 times');
    expect(() => mutated('exposure > limit; exposure > limit', mutation)).toThrow('finds it 2 times');
  });

  it('finds the words of each where the product is built', () => {
    expect(misfits()).toEqual([]);
  });

  it('has a name of its own for each', () => {
    expect(new Set(mutations.map(({ name }) => name)).size).toBe(mutations.length);
  });
});
