import { host } from './host.ts';
import { simulatorNames } from './settings.ts';
import { starts } from './simulators.ts';

const { env } = process;

await host('simulators', async () => {
  const wanted = (env['SIMULATORS'] ?? '').split(',');
  const open = await Promise.all(simulatorNames.filter((name) => wanted.includes(name)).map((name) => starts[name](env)));
  return { stop: async () => { await Promise.all(open.map((one) => one.close())); } };
});
