import { setTimeout as sleep } from 'node:timers/promises';
import type { Weather } from '@order-mesh/testing';
import type { WeatherName } from '../plan/spec.ts';
import type { Fault } from './fault.ts';

const weathers: Readonly<Record<WeatherName, Weather>> = {
  'latency': { latencyMs: 100, jitterMs: 200 },
  'resets': { resetChance: 0.05 },
  'blackhole': { blackhole: 'both' },
  'one-way': { blackhole: 'down' },
  'slices': { sliceBytes: 10 },
};

const TOUCHES_WITHIN_MS = 30_000;

/** One episode of bad network on a link. */
export function network(link: string, weather: WeatherName, seconds: number): Fault {
  return {
    name: `${weather} on the way to ${link} for ${seconds} s`,
    claim: 'what is slow or lost is waited for or tried again, once',
    seconds,
    async inject({ stage }) {
      stage.weather(link, weathers[weather]);
      await Promise.resolve();
    },
    async heal({ stage }) {
      const touched = (): number => stage.links(link).reduce((sum, one) => sum + one.touched(), 0);
      // on a link that is seldom used the weather waits for somebody to come by
      for (const end = Date.now() + TOUCHES_WITHIN_MS; touched() === 0 && Date.now() < end;) await sleep(200);
      const count = touched();
      stage.weather(link, {});
      return count > 0 ? `${count} pieces of data` : null;
    },
  };
}
