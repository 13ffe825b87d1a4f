import { setTimeout as sleep } from 'node:timers/promises';

const TAKE = 'SELECT id, message_id, topic, key, payload FROM outbox ORDER BY id LIMIT 100 FOR UPDATE SKIP LOCKED';

/** Polls the outbox and sends what it finds, until stopped. `fail(error)` is called when it cannot go on. */
export function startOutboxRelay({ pool, producer, pollMilliseconds, fail }) {
  let stopped = false;
  const relay = async () => {
    while (!stopped) {
      await sendOnce(pool, producer);
      await sleep(pollMilliseconds);
    }
  };
  const ended = relay().catch((error) => { if (!stopped) fail(error); });
  return { stop: () => { stopped = true; return ended; } };
}

async function sendOnce(pool, producer) {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const { rows } = await client.query(TAKE);
    if (rows.length > 0) {
      await producer.sendBatch({ acks: -1, topicMessages: byTopic(rows) });
      await client.query('DELETE FROM outbox WHERE id = ANY($1)', [rows.map((row) => row.id)]);
    }
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}

function byTopic(rows) {
  const groups = Map.groupBy(rows, (row) => row.topic);
  return [...groups].map(([topic, group]) => ({
    topic,
    messages: group.map(({ key, message_id: messageId, payload }) => ({ key, value: JSON.stringify({ messageId, ...payload }) })),
  }));
}
