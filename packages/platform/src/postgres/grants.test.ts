import { grantsIn } from './grants.ts';

it('reads who may act as which role', () => {
  expect(grantsIn('order_mesh_host=mesh@tenant, credit=credit-login|mesh@tenant')).toEqual([
    { role: 'order_mesh_host', login: 'mesh@tenant' }, { role: 'credit', login: 'credit-login' }, { role: 'credit', login: 'mesh@tenant' },
  ]);
  expect(grantsIn('')).toEqual([]);
});

it.each(['credit', 'credit=', '=login', 'credit; drop=login', 'Credit=login', 'a=b=c'])('does not understand "%s"', (text) => {
  expect(grantsIn(text)).toBeNull();
});
