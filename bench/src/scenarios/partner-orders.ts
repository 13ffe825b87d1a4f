import { fen } from '@order-mesh/kernel';
import { onDatabase } from '../harness/servers.ts';
import type { BenchMesh, Telling } from '../mesh/mesh.ts';
import { sampleCustomers, sampleProducts } from './simulators.ts';

// Thousands of orders go to some hundred customers: one with a hundred yuan of credit would rightly be refused on the way.
const CREDIT_FOR_ALL_FEN = 5_000_000;

/** Orders of the sample's customers that nothing stands against, numbered from `from`. */
export function ordersFor(from: number, count: number): readonly Telling[] {
  const customers = sampleCustomers().filter(({ region, signs, receivables, creditLimitFen }) =>
    region !== '海外' && signs === 'always' && receivables.length === 0 && creditLimitFen >= CREDIT_FOR_ALL_FEN);
  const products = sampleProducts().filter(({ onHand }) => onHand >= 1_000);
  return Array.from({ length: count }, (_, step) => {
    const index = from + step;
    const [customer, product] = [customers[index % customers.length], products[index % products.length]];
    if (!customer || !product) throw new Error('the sample has no customer or product for this');
    const orderId = `p${String(index).padStart(7, '0')}`;
    const amount = fen(BigInt(product.unitPriceFen));
    const { id: customerId, name: customerName, region } = customer;
    return { type: 'OrderPlaced', key: orderId, value: {
      orderId, source: 'bench', externalId: orderId, customerId, customerName, region, amount, placedAt: Date.now(), placedBy: '',
      lines: [{ lineNo: 1, sku: product.sku, name: product.name, quantity: 1, unit: product.unit, unitPrice: amount, amount }],
      shipTo: { contact: customer.contactName, phone: customer.contactPhone, region, city: region, street: customer.address },
    } };
  });
}

/** Throws unless so many orders are confirmed, each with one booking, one signed contract and one shipment. */
export async function assertConfirmed(mesh: BenchMesh, count: number): Promise<void> {
  const { rows: [row] } = await onDatabase(mesh.databaseUrl, (client) => client.query<Record<string, string>>(`
    select (select count(*) from order_orchestrator.saga where status = 'confirmed') as sagas,
           (select count(*) from erp_adapter.booking where status = 'booked') as bookings,
           (select count(*) from contract.contract where status = 'signed') as contracts,
           (select count(*) from logistics.shipment where status = 'planned') as shipments`));
  const wrong = Object.entries(row ?? {}).filter(([, found]) => Number(found) !== count);
  if (wrong.length > 0) throw new Error(`the books are wrong after ${count} orders: ${wrong.map(([what, found]) => `${found} ${what}`).join(', ')}`);
}
