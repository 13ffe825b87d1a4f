import { setTimeout as sleep } from 'node:timers/promises';
import { loadSample } from '@order-mesh/simulator';
import type { Looker } from './database.ts';

const KNOWN_WITHIN_MS = 120_000;

/** Waits until the mesh knows the customers and the stock of the ERP. Rejects when it takes too long, or is told to stop. */
export async function knowsMasterData(looker: Looker, signal: AbortSignal): Promise<void> {
  const { customers, products } = loadSample();
  for (const end = Date.now() + KNOWN_WITHIN_MS; ; ) {
    const rows = await looker.rows<{ readonly customers: string; readonly skus: string }>(
      'select (select count(*) from credit.account where credit_limit is not null) as customers, (select count(distinct sku) from inventory.level) as skus');
    if (Number(rows?.[0]?.customers) >= customers.length && Number(rows?.[0]?.skus) >= products.length) return;
    if (Date.now() > end) throw new Error(`the mesh does not know the customers and the stock of the ERP after ${KNOWN_WITHIN_MS / 1_000} s`);
    await sleep(300, undefined, { signal });
  }
}
