import { MeshError } from '@order-mesh/kernel';
import { silentLog } from './log.ts';
import { untilReached } from './until-reached.ts';

const away = (): MeshError => new MeshError('BROKER_UNREACHABLE', { advice: 'is Kafka running?' });

it('waits for a broker and a database that are away, however often they are not reached', async () => {
  const tries = [away(), Object.assign(new Error('the database system is starting up'), { code: '57P03' }), away()];
  await untilReached({ what: 'servers', log: silentLog }, async () => {
    const error = tries.shift();
    if (error) throw error;
  });
  expect(tries).toEqual([]);
});

it('tells at once what waiting does not mend', async () => {
  await expect(untilReached({ what: 'servers', log: silentLog }, () => Promise.reject(new MeshError('BAD_CONFIG', { advice: 'no' })))).rejects.toMatchObject({ code: 'BAD_CONFIG' });
});
