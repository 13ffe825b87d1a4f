import { seconds } from '@order-mesh/kernel';
import { lagBook } from './lag.ts';

const at = (offset: number, partition = 0, topic = 'erp.commands.v1') => ({ topic, partition, offset: BigInt(offset) });

describe('lag', () => {
  it('adds up what is waiting in the partitions of a topic', () => {
    const { look } = lagBook();
    expect(look({ reached: [at(7), at(2, 1)], begins: [], ends: [at(10), at(3, 1)] }, 0)).toEqual([{ topic: 'erp.commands.v1', records: 4, waited: 0 }]);
  });

  it('tells since when the oldest record waits, not the youngest', () => {
    const { look } = lagBook();
    look({ reached: [at(5)], begins: [], ends: [at(6)] }, seconds(0));
    look({ reached: [at(5)], begins: [], ends: [at(8)] }, seconds(15));
    expect(look({ reached: [at(5)], begins: [], ends: [at(9)] }, seconds(30))).toMatchObject([{ records: 4, waited: seconds(30) }]);
    expect(look({ reached: [at(6)], begins: [], ends: [at(9)] }, seconds(45))).toMatchObject([{ records: 3, waited: seconds(30) }]);
    expect(look({ reached: [at(9)], begins: [], ends: [at(9)] }, seconds(60))).toMatchObject([{ records: 0, waited: 0 }]);
  });

  it('does not count what Kafka has deleted before anybody here began', () => {
    expect(lagBook().look({ reached: [at(0)], begins: [at(90)], ends: [at(100)] }, 0)).toMatchObject([{ records: 10 }]);
  });

  it('forgets a partition that went to another process', () => {
    const { look } = lagBook();
    look({ reached: [at(5)], begins: [], ends: [at(6)] }, seconds(0));
    look({ reached: [], begins: [], ends: [] }, seconds(15));
    expect(look({ reached: [at(5)], begins: [], ends: [at(6)] }, seconds(30))).toMatchObject([{ records: 1, waited: 0 }]);
  });

  it('still tells an hour as an hour, however often it looks', () => {
    const { look } = lagBook();
    for (let second = 0; second < 3_600; second += 15) look({ reached: [at(5)], begins: [], ends: [at(6 + second)] }, seconds(second));
    expect(look({ reached: [at(5)], begins: [], ends: [at(6_000)] }, seconds(3_600))).toMatchObject([{ waited: seconds(3_600) }]);
  });
});
