import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceName } from '../stage/stage.ts';
import type { Fault } from './fault.ts';

/** kill -9; with a point the process that follows ends there by itself. */
export function serviceKill(service: string, point?: string): Fault {
  let pid: number | undefined;
  return {
    name: `kill ${service}${point === undefined ? '' : `, then end at ${point.replace('#', ', hit ')}`}`,
    claim: 'its orders go on in the next process; nothing is done twice',
    seconds: 0,
    async inject({ stage }) {
      await stage.unguarded(service);
      if (point !== undefined) stage.service(service).arm(point);
      // one that is just starting dies when it is there
      for (let waited = 0; stage.service(service).pid === undefined && waited < 20; waited += 1) await sleep(100);
      pid = stage.service(service).pid;
      stage.service(service).kill();
    },
    heal: async () => Promise.resolve(pid === undefined ? null : `process ${pid} killed`),
  };
}

/** Another process of the service joins the group, and leaves it again: two rebalances. */
export function member(service: string, leaves: 'SIGTERM' | 'SIGKILL', seconds: number): Fault {
  const name = `${service}-guest`;
  let joined = false;
  return {
    name: `a second ${service} joins for ${seconds} s and leaves by ${leaves}`,
    claim: 'partitions move twice; what was read twice is recognised',
    seconds,
    async inject({ stage }) {
      await stage.join(service as ServiceName, name);
      joined = await stage.isReady(name);
    },
    async heal({ stage }) {
      if (!stage.services.has(name)) return null;
      await stage.leave(name, leaves);
      return joined ? 'joined and left' : null;
    },
  };
}

/** The first process is frozen, a second one takes over its work, the first one comes back and goes on where it was. */
export function zombie(service: string, seconds: number): Fault {
  const name = `${service}-heir`;
  let frozen: number | undefined;
  let release = (): void => {};
  return {
    name: `${service} stands still for ${seconds} s while a second one takes over, then goes on`,
    claim: 'what it writes then is refused: somebody else has done it',
    seconds,
    async inject({ stage }) {
      release = stage.guard(service);
      await stage.join(service as ServiceName, name);
      await stage.isReady(name);
      await stage.isReady(service);
      frozen = stage.service(service).pid;
      stage.service(service).freeze();
    },
    async heal({ stage }) {
      const alive = stage.service(service).pid;
      stage.service(service).thaw();
      release();
      if (stage.services.has(name)) {
        await sleep(8_000);
        await stage.leave(name, 'SIGTERM');
      }
      return frozen !== undefined && frozen === alive ? `process ${frozen} frozen and thawed` : null;
    },
  };
}

