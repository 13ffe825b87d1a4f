import { setTimeout as sleep } from 'node:timers/promises';
import type { OutgoingRecord, Producer } from '@order-mesh/messaging';
import { poison as poisonous } from '../load/poison.ts';
import { raceOrder } from '../load/orders.ts';
import type { Fault } from './fault.ts';

export const RACE_PREFIX = 'race-';

/** Many orders of one customer at the same moment, of which the limit fits some. */
export function race(orders: number, fits: number): Fault {
  return {
    name: `${orders} orders at once for one customer whose limit fits ${fits}`,
    claim: `exactly ${fits} are held`,
    seconds: 0,
    async inject({ traffic }) {
      for (let index = 0; index < orders; index += 1) traffic.place(raceOrder(`${RACE_PREFIX}${index}`));
      await Promise.resolve();
    },
    heal: async () => Promise.resolve(`${orders} orders placed`),
  };
}

const PARTS = 40;

/** Messages that nobody can read, among the good ones. */
export function poison(count: number, seconds: number): Fault {
  let sending: Promise<number> = Promise.resolve(0);
  return {
    name: `${count} poisonous messages within ${seconds} s`,
    claim: 'each becomes a dead letter with its reason; no good order waits for it',
    seconds,
    async inject({ broker, chance, signal }) {
      const producer = await broker.producer();
      sending = sendSlowly(producer, poisonous(count, chance), { seconds: seconds * 0.8, signal });
      sending.catch(() => {});
    },
    async heal() {
      const sent = await sending;
      return sent === count ? `${sent} sent` : null;
    },
  };
}

async function sendSlowly(producer: Producer, records: readonly OutgoingRecord[], { seconds, signal }: { readonly seconds: number; readonly signal: AbortSignal }): Promise<number> {
  const size = Math.ceil(records.length / PARTS);
  let sent = 0;
  for (; sent < records.length && !signal.aborted; sent += size) {
    await producer.publish(records.slice(sent, sent + size));
    await sleep(seconds * 1_000 / PARTS);
  }
  await producer.close();
  return Math.min(sent, records.length);
}

/** Many times the usual orders for a while. */
export function spike(times: number, seconds: number): Fault {
  return {
    name: `${times} times the usual orders for ${seconds} s`,
    claim: 'all are taken, if held back at times; none is lost',
    seconds,
    async inject({ traffic }) {
      traffic.speed(times);
      await Promise.resolve();
    },
    async heal({ traffic }) {
      traffic.speed(1);
      return Promise.resolve(`${times} times the rate`);
    },
  };
}
