import { setTimeout as sleep } from 'node:timers/promises';
import { allLetters } from '@order-mesh/cli/parts';
import { until } from '@order-mesh/testing';
import { plainOrder } from '../../load/orders.ts';
import { poison } from '../../load/poison.ts';
import type { Cause, World } from './cause.ts';

/** A service that cannot work: it hears nothing, and whoever asks it waits in vain. */
export function pricingCutOff(): Cause {
  return {
    condition: 'nothing gets through between pricing and PostgreSQL: orders wait for a price for longer than its step may take, and are undone when it is back',
    alerts: ['ConsumerLag', 'OrdersFail 1h', 'OrdersFail 6h', 'OrdersFail 3d'],
    untilFired: ['ConsumerLag'],
    inject: async ({ stage }) => { stage.weather('postgres:pricing', { blackhole: 'both' }); await Promise.resolve(); },
    heal: async ({ stage }) => { stage.weather('postgres:pricing', {}); await Promise.resolve(); },
  };
}

const ORDERS_ARE_THROUGH_MS = 10_000;
const WAITING_ORDERS = 3;

/** The broker stands still for longer than a minute; one that is killed might not get its port again. No order may fail by it: those on their way end before. */
export function kafkaAway(): Cause {
  return {
    condition: 'no orders for 10 s, then Kafka is stopped (SIGSTOP) and three orders are placed, which wait in the outbox of the gateway; Kafka goes on',
    alerts: ['OutboxStuck'],
    untilFired: ['OutboxStuck'],
    async inject({ stage: { kafka }, traffic, signal }) {
      traffic.speed(0);
      await sleep(ORDERS_ARE_THROUGH_MS, undefined, { signal });
      kafka.send('SIGSTOP');
      for (let at = 0; at < WAITING_ORDERS; at += 1) traffic.place(plainOrder(`operate-waiting-${at}`));
    },
    heal: async ({ stage: { kafka }, traffic }) => {
      if (kafka.isUp()) kafka.send('SIGCONT');
      traffic.speed(1);
      await Promise.resolve();
    },
  };
}

const STOPPED = 'audit';

/** A process that stands still. */
export function processFrozen(): Cause {
  return {
    condition: `the process of ${STOPPED} is stopped (SIGSTOP), and goes on`,
    alerts: ['MeshDown'],
    untilFired: ['MeshDown'],
    inject: async ({ stage }) => { stage.service(STOPPED).freeze(); await Promise.resolve(); },
    heal: async ({ stage }) => { stage.service(STOPPED).thaw(); await Promise.resolve(); },
  };
}

/** A record that nobody can read. */
export function deadLetter(): Cause {
  return {
    condition: 'a record that is cut off is put into a topic of commands; a person drops the dead letter',
    alerts: ['DeadLetters'],
    untilFired: ['DeadLetters'],
    async inject({ broker }) {
      const producer = await broker.producer();
      await producer.publish(poison(1, () => 0));
      await producer.close();
    },
    async heal({ door: { letters } }) {
      for (const { id } of await allLetters(letters, { status: 'open' })) await letters.drop(id, 'no message of ours');
    },
  };
}

const TRIES = 10;
const ALARMS_WITHIN_MS = 4_000;

/** Somebody changes the last row of the audit log. The mesh writes more meanwhile: it is tried until the change is at its end when the end is looked at. */
export function auditLogChanged(): Cause {
  return {
    condition: 'the last row of the audit log gets another actor in the database, and its own again',
    alerts: ['AuditAlarm'],
    untilFired: ['AuditAlarm'],
    async inject(world) {
      await until('the audit log to have a row', async () => (await world.looker.rows('select 1 from audit.entry limit 1'))?.length === 1, 60_000);
      for (let tries = 0; tries < TRIES; tries += 1) {
        if (await isNoticed(world)) return;
      }
      throw new Error(`the audit service did not notice ${TRIES} changes of its log`);
    },
    heal: async () => {},
  };
}

async function isNoticed({ stage, looker }: World): Promise<boolean> {
  const before = alarmsIn(await stage.service('audit').metrics());
  const [row] = await changed(looker, 'position = (select max(position) from audit.entry)', 'somebody else') ?? [];
  if (!row) return false;
  const noticed = await until('the alarm', async () => alarmsIn(await stage.service('audit').metrics()) > before, ALARMS_WITHIN_MS).catch(() => false);
  await changed(looker, `position = ${row.position}`, row.actor);
  return noticed;
}

/** Gives the rows as they were. The trigger that keeps the log as it is is off for this one statement, as only the owner of the database can have it. */
async function changed(looker: World['looker'], where: string, actor: string): Promise<readonly { readonly position: string; readonly actor: string }[] | null> {
  await looker.rows('set session_replication_role = replica');
  const rows = await looker.rows<{ readonly position: string; readonly actor: string }>(
    `with before as (select position, actor from audit.entry where ${where} for update) update audit.entry e set actor = $1 from before where e.position = before.position returning before.position::text, before.actor`, [actor]);
  await looker.rows('set session_replication_role = origin');
  return rows;
}

const alarmsIn = (metrics: string): number => Number(/^mesh_audit_alarms_total (\d+)/m.exec(metrics)?.[1] ?? 0);
