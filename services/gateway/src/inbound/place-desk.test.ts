import type { Submit } from '@order-mesh/platform';
import { desk, placed } from '../../test/scene.ts';
import type { PlaceOrders, PlaceRequest, Placed } from '../usecases/place-orders.ts';
import { placeDesk } from './place-desk.ts';

const request = (key: string): PlaceRequest => ({ key, order: placed(), trace: {} });
const answered: Placed = { type: 'answered', answer: null, replayed: false };

/** A processor that begins its batches when told to. */
function processor() {
  const waiting: (() => void)[] = [];
  const submit: Submit = async (work) => {
    await new Promise<void>((resolve) => { waiting.push(resolve); });
    return work(desk().unit(0));
  };
  return { submit, batch: async () => { for (const begin of waiting.splice(0)) begin(); await new Promise(setImmediate); } };
}

it('says that a key is in flight until it is answered', async () => {
  const { submit, batch } = processor();
  const placeOrders: PlaceOrders = (requests) => Promise.resolve(requests.map(() => answered));
  const place = placeDesk(submit, placeOrders);
  const first = place(request('a'));
  expect(await place(request('a'))).toEqual({ type: 'in-flight' });
  await batch();
  expect(await first).toEqual(answered);
  const again = place(request('a'));
  await batch();
  expect(await again).toEqual(answered);
});
