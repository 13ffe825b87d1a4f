const SCHEMA = `
  CREATE TABLE inbox (consumer text, message_id uuid, PRIMARY KEY (consumer, message_id));
  CREATE TABLE outbox (
    id bigserial PRIMARY KEY, message_id uuid NOT NULL DEFAULT gen_random_uuid(),
    topic text NOT NULL, key text NOT NULL, payload jsonb NOT NULL
  );
  CREATE TABLE saga (order_id text PRIMARY KEY, step text NOT NULL, placed jsonb NOT NULL);
`;

/** The tables that carry messages and the state of each order, beside the books. */
export async function createMessageTables(pool) {
  await pool.query(SCHEMA);
}

/** Runs `work(client)` for a message that was not handled before, all in one transaction; says whether it did. */
export async function handleOnce(pool, consumer, messageId, work) {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const { rowCount } = await client.query(
      'INSERT INTO inbox (consumer, message_id) VALUES ($1, $2) ON CONFLICT DO NOTHING', [consumer, messageId]);
    if (rowCount === 1) await work(client);
    await client.query('COMMIT');
    return rowCount === 1;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}

/** Leaves a message to be sent once the transaction of `client` is in. */
export async function leaveMessage(client, topic, payload) {
  await client.query('INSERT INTO outbox (topic, key, payload) VALUES ($1, $2, $3)', [topic, payload.order.id, payload]);
}
