import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { Broker, Consumer } from '../src/broker/index.ts';
import { brokerStage, collect, DRIVERS, event, holds, leaveDeadMember, member, missLate, PARTITIONS, publish, range, startLostMember, take, until, values, type World } from './broker-stage.ts';

const stage = brokerStage();
const { world } = stage;

it('gives a partition number of all topics to one member, so that an order stays in one process', async () => {
  const { broker, topic } = await world('platformatic');
  const topics = [topic, `${topic}-commands`, `${topic}-events`];
  await broker.createTopics(topics.map((name) => ({ name, partitions: PARTITIONS })));
  const members: Consumer[] = [];
  for (const _ of range(2)) members.push(await broker.consumer({ groupId: topic, topics, maxRecords: 500 }));
  const held = (consumer: Consumer): readonly string[] => topics.map((name) => consumer.assigned().filter((one) => one.topic === name).map(({ partition }) => partition).sort().join());
  await until(() => members.every((consumer) => consumer.assigned().length === 9));
  for (const consumer of members) expect(new Set(held(consumer)).size).toBe(1);
}, 60_000);

describe.each(DRIVERS)('a group through %s', (driver) => {
  it('shares the partitions with a member that comes, and takes them back when it leaves', async () => {
    const { broker, topic } = await world(driver);
    const told: number[] = [];
    const first = await broker.consumer({ groupId: topic, topics: [topic], maxRecords: 500, onAssigned: (assigned) => { told.push(assigned.length); } });
    await until(() => first.assigned().length === PARTITIONS);
    const second = await broker.consumer({ groupId: topic, topics: [topic], maxRecords: 500 });
    await until(() => first.assigned().length === 3 && second.assigned().length === 3);
    await publish(broker, range(60).map((n) => event(topic, `order-${n}`, `${n}`)));
    const [ofFirst, ofSecond] = [collect(first), collect(second)];
    await until(() => ofFirst.length + ofSecond.length === 60);
    expect(ofFirst.every((record) => holds(first, record))).toBe(true);
    expect(ofSecond.every((record) => holds(second, record))).toBe(true);
    await second.close();
    await until(() => first.assigned().length === PARTITIONS);
    await until(() => new Set(values(ofFirst)).size === 60);
    expect(told.at(-1)).toBe(PARTITIONS);
  }, 30_000);

  it('drops what is buffered of partitions it lost', async () => {
    const { broker, topic } = await world(driver);
    const first = await member(broker, topic);
    await publish(broker, range(60).map((n) => event(topic, `order-${n}`, `${n}`)));
    await pause(300);
    const second = await member(broker, topic, 3);
    await until(() => first.assigned().length === 3);
    const [ofFirst, ofSecond] = [collect(first), collect(second)];
    await until(() => ofFirst.length + ofSecond.length === 60);
    expect(ofFirst.length).toBeGreaterThan(0);
    expect(ofFirst.every((record) => holds(first, record))).toBe(true);
    expect(new Set([...values(ofFirst), ...values(ofSecond)]).size).toBe(60);
  }, 30_000);

  it('takes over from a member that was killed', async () => {
    const { broker, topic } = await world(driver);
    const other = startLostMember({ driver, brokers: stage.kafka().brokers, topic });
    await once(other.stdout ?? other, 'data');
    const left = await member(broker, topic, 3);
    other.kill('SIGKILL');
    await publish(broker, range(60).map((n) => event(topic, `order-${n}`, `${n}`)));
    expect(new Set(values(await take(left, 60))).size).toBe(60);
  }, 40_000);
});

describe('a member that follows a killed one of its name', () => {
  it('has its partitions long before the broker misses the dead one', async () => {
    const { broker, topic } = await patientGroup();
    await leaveDeadMember({ driver: 'platformatic', brokers: stage.kafka().brokers, topic, instance: 'one' });
    const heir = await named(broker, topic, 'one');
    await until(() => heir.assigned().length === PARTITIONS);
  }, 60_000);

  it('leaves members of other names alone', async () => {
    const { broker, topic } = await patientGroup();
    const other = await named(broker, topic, 'two');
    await until(() => other.assigned().length === PARTITIONS);
    const heir = await named(broker, topic, 'one');
    await until(() => [heir, other].every((consumer) => consumer.assigned().length === PARTITIONS / 2));
  }, 60_000);

  it('shares with a living one of its name, though there should be none', async () => {
    const { broker, topic } = await patientGroup();
    const twins = [await named(broker, topic, 'one'), await named(broker, topic, 'one')];
    const doShare = (): boolean => twins.every((twin) => twin.assigned().length === PARTITIONS / 2);
    await until(doShare);
    await pause(2_500);
    await until(doShare);
  }, 60_000);
});

async function patientGroup(): Promise<World> {
  const made = await world('platformatic');
  await missLate(made.topic, { clientId: 'test', bootstrapBrokers: [stage.kafka().brokers] });
  return made;
}

const named = (broker: Broker, topic: string, instance: string): Promise<Consumer> => broker.consumer({ groupId: topic, topics: [topic], instance, maxRecords: 100 });
