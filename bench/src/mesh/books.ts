import { onDatabase } from '../harness/servers.ts';
import { totalsOf, type Prefix, type Variant } from '../workload.ts';

/** Compares every book of the mesh and of its partners with the closed form; gives what differs, in words. */
export async function checkBooks(databaseUrl: string, prefix: Prefix, count: number, variant: Variant): Promise<readonly string[]> {
  const { confirmed, overLimit, notServed, exposure, reserved } = totalsOf(count, variant);
  const expected: Readonly<Record<string, readonly [query: string, value: number | bigint]>> = {
    'sagas confirmed': [`select count(*) from order_orchestrator.saga where order_id like $1 and status = 'confirmed'`, confirmed],
    'sagas rejected': [`select count(*) from order_orchestrator.saga where order_id like $1 and status = 'rejected'`, overLimit + notServed],
    'sagas': ['select count(*) from order_orchestrator.saga where order_id like $1', count],
    'fen held': ['select coalesce(sum(held), 0) from credit.account where customer_id like $1', exposure],
    'holds of confirmed orders': [`select count(*) from credit.hold where order_id like $1 and status = 'confirmed'`, confirmed],
    'holds refused': [`select count(*) from credit.hold where order_id like $1 and status = 'refused'`, overLimit],
    'holds released': [`select count(*) from credit.hold where order_id like $1 and status = 'released'`, notServed],
    'units reserved': ['select coalesce(sum(reserved), 0) from inventory.level where sku like $1', reserved],
    'stock locks committed': [`select count(*) from inventory.stock_lock where order_id like $1 and status = 'committed'`, confirmed],
    'stock locks released': [`select count(*) from inventory.stock_lock where order_id like $1 and status = 'released'`, notServed],
    'contracts signed': [`select count(*) from contract.contract where order_id like $1 and status = 'signed'`, confirmed],
    'contracts void': [`select count(*) from contract.contract where order_id like $1 and status = 'void'`, notServed],
    'shipments planned': [`select count(*) from logistics.shipment where order_id like $1 and status = 'planned'`, confirmed],
    'shipments refused': [`select count(*) from logistics.shipment where order_id like $1 and status = 'refused'`, notServed],
    'bookings': [`select count(*) from erp_adapter.booking where order_id like $1 and status = 'booked'`, confirmed],
    'ledger entries': ['select count(*) from finance.entry where order_id like $1 and agrees', confirmed],
    'fen in the ledger': ['select coalesce(sum(booked_amount), 0) from finance.entry where order_id like $1', exposure],
    'dead letters': ['select count(*) from messaging.dead_letter where key like $1', 0],
  };
  return onDatabase(databaseUrl, async (client) => {
    const problems: string[] = [];
    for (const [what, [text, value]] of Object.entries(expected)) {
      const { rows: [row] } = await client.query<Record<string, string>>(text, [`${prefix}%`]);
      const found = BigInt(Object.values(row ?? {})[0] ?? -1);
      if (found !== BigInt(value)) problems.push(`${what}: ${found} instead of ${value}`);
    }
    return problems;
  });
}
