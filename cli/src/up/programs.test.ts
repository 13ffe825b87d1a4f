import { serviceProgram } from './programs.ts';

it('a service is the bundle\'s, unless something is to look at its modules', () => {
  const [bundled, inModules] = [serviceProgram('credit', {}), serviceProgram('credit', { NODE_OPTIONS: '--max-old-space-size=512 --import file:///hook.js' })];
  expect([bundled.script.endsWith('bundle/main.mjs'), bundled.args]).toEqual([true, ['credit']]);
  expect([inModules.script.endsWith('services/credit/dist/main.js'), inModules.args]).toEqual([true, []]);
  expect(serviceProgram('credit', { NODE_OPTIONS: '--max-old-space-size=512' })).toEqual(bundled);
});
