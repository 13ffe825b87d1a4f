import { setTimeout as pause } from 'node:timers/promises';
import type { BrokerDriver } from '../src/broker/index.ts';
import { brokerStage, DRIVERS, event, member, until } from './broker-stage.ts';

/** Longer than every session, timeout and number of tries of either library. */
const LONG_OUTAGE_MS = 65_000;

const stage = brokerStage();
const { world } = stage;

describe('when the broker fails, both drivers', () => {
  it('lose nothing that was acknowledged and go on by themselves: killed and restarted, then away for 65 s', async () => {
    const flows = await Promise.all(DRIVERS.map(startFlow));
    const idlers = await Promise.all(DRIVERS.map(startIdler));
    await pause(1_000);
    await stage.kafka().kill();
    await stage.restartKafka();
    await Promise.all(flows.map((flow) => flow.progresses()));
    await stage.kafka().stop();
    await Promise.all([pause(LONG_OUTAGE_MS), ...idlers.map(closesInTime)]);
    await stage.restartKafka();
    await Promise.all(flows.map((flow) => flow.progresses()));
    for (const flow of flows) {
      const { acknowledged, arrived, inOrder } = await flow.end();
      expect(acknowledged.filter((n) => !arrived.has(n))).toEqual([]);
      expect(acknowledged.length).toBeGreaterThan(50);
      expect(inOrder).toBe(true);
    }
    // an outage is no stall: nobody is to be ended for it
    expect(stage.stalls).toEqual([]);
  }, 180_000);
});

/** Publishes and takes numbered records until told to end. */
async function startFlow(driver: BrokerDriver) {
  const { broker, topic } = await world(driver);
  const producer = await broker.producer();
  const consumer = await member(broker, topic);
  const flow = { acknowledged: [] as number[], arrived: new Set<number>(), inOrder: true, stop: false };
  const publishing = (async () => {
    for (let n = 0; !flow.stop; n += 1) {
      await producer.publish([event(topic, 'order-1', `${n}`)]);
      flow.acknowledged.push(n);
      await pause(20);
    }
  })();
  const taking = (async () => {
    for (let records = await consumer.next(); records.length > 0; records = await consumer.next()) {
      for (const { value } of records) {
        // a record may come again, but a new one never before an older one
        flow.inOrder &&= Number(value) <= flow.arrived.size;
        flow.arrived.add(Number(value));
      }
      const last = records.at(-1);
      if (last) await consumer.commit([{ ...last, offset: last.offset + 1n }]);
    }
  })();
  return {
    progresses: async () => {
      const before = flow.acknowledged.length;
      await until(() => flow.acknowledged.length > before + 20 && flow.arrived.has(before + 20));
    },
    end: async () => {
      flow.stop = true;
      await publishing;
      await until(() => flow.arrived.size >= flow.acknowledged.length);
      await consumer.close();
      await taking;
      return flow;
    },
  };
}

async function startIdler(driver: BrokerDriver) {
  const { broker, topic } = await world(driver);
  const consumer = await member(broker, topic);
  const producer = await broker.producer();
  await producer.publish([event(topic, 'order-1', 'before')]);
  return { consumer, producer, topic };
}

/** With the broker away, nothing that is closed waits for it. */
async function closesInTime({ consumer, producer, topic }: Awaited<ReturnType<typeof startIdler>>): Promise<void> {
  const started = Date.now();
  const owed = producer.publish([event(topic, 'order-1', 'never sent')]);
  await Promise.all([
    consumer.close(),
    producer.close(),
    expect(owed).rejects.toMatchObject({ code: 'BROKER_UNREACHABLE' }),
  ]);
  expect(Date.now() - started).toBeLessThan(30_000);
}
