import { MeshError } from '@order-mesh/kernel';
import type { Unit } from '@order-mesh/messaging';
import type { Submit } from '@order-mesh/platform';
import { desk, placed } from '../../test/scene.ts';
import type { PlaceRequest, Placed } from '../usecases/place-orders.ts';
import { placeDesk } from './place-desk.ts';

const request = (key: string): PlaceRequest => ({ key, order: placed(), trace: {} });
const answered: Placed = { type: 'answered', answer: null, replayed: false };

/** A processor that begins its batches when told to, and may repeat or break them. */
function processor(run: (work: (unit: Unit) => Promise<unknown>) => Promise<unknown>) {
  const waiting: (() => void)[] = [];
  const submit: Submit = async (work) => {
    await new Promise<void>((resolve) => { waiting.push(resolve); });
    await run(work);
    return work(desk().unit(0));
  };
  return { submit, batch: async () => { for (const begin of waiting.splice(0)) begin(); await new Promise(setImmediate); } };
}

function counter(groupBreaks: (keys: readonly string[]) => boolean = () => false) {
  const groups: (readonly string[])[] = [];
  return {
    groups,
    placeOrders: (requests: readonly PlaceRequest[]): Promise<readonly Placed[]> => {
      const keys = requests.map(({ key }) => key);
      groups.push(keys);
      return groupBreaks(keys) ? Promise.reject(new Error('broken')) : Promise.resolve(requests.map(() => answered));
    },
  };
}

describe('the desk for orders', () => {
  it('places together what waits together', async () => {
    const { submit, batch } = processor(async () => {});
    const { groups, placeOrders } = counter();
    const place = placeDesk(submit, placeOrders);
    const all = ['a', 'b', 'c'].map((key) => place(request(key)));
    await batch();
    expect(await Promise.all(all)).toEqual([answered, answered, answered]);
    expect(groups).toEqual([['a', 'b', 'c']]);
  });

  it('says that a key is in flight until it is answered', async () => {
    const { submit, batch } = processor(async () => {});
    const place = placeDesk(submit, counter().placeOrders);
    const first = place(request('a'));
    expect(await place(request('a'))).toEqual({ type: 'in-flight' });
    await batch();
    expect(await first).toEqual(answered);
    const again = place(request('a'));
    await batch();
    expect(await again).toEqual(answered);
  });

  it('places the same orders again when their batch is repeated', async () => {
    const { submit, batch } = processor(async (work) => { await work(desk().unit(0)); });
    const { groups, placeOrders } = counter();
    const place = placeDesk(submit, placeOrders);
    const first = place(request('a'));
    await batch();
    await first;
    expect(groups).toEqual([['a'], ['a']]);
  });

  it('lets one broken order fail alone', async () => {
    const { submit, batch } = processor(async () => {});
    const place = placeDesk(submit, counter((keys) => keys.includes('bad')).placeOrders);
    const all = Promise.allSettled(['a', 'bad', 'c'].map((key) => place(request(key))));
    await batch();
    await batch();
    expect((await all).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('takes at most 500 at once, and the rest after them', async () => {
    const { submit, batch } = processor(async () => {});
    const { groups, placeOrders } = counter();
    const place = placeDesk(submit, placeOrders);
    const all = Array.from({ length: 1_100 }, (_, index) => place(request(`k${index}`)));
    for (let round = 0; round < 3; round += 1) await batch();
    await Promise.all(all);
    expect(groups.map(({ length }) => length)).toEqual([500, 500, 100]);
  });

  it('tells everybody when nothing is taken', async () => {
    const overloaded = new MeshError('OVERLOADED', { advice: 'too much' });
    const place = placeDesk(() => Promise.reject(overloaded), counter().placeOrders);
    expect(await Promise.allSettled([place(request('a')), place(request('b'))])).toEqual([{ status: 'rejected', reason: overloaded }, { status: 'rejected', reason: overloaded }]);
  });
});
