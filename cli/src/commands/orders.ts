import { Option, type Command } from 'commander';
import { openGateway } from '../gateway/gateway.ts';
import { orderStatuses, type OrderStatus } from '../gateway/order.ts';
import { orderLines, storyLines } from '../show/orders.ts';
import { print } from '../show/print.ts';
import { addGatewayOptions, gatewayUrl, sessionOf, wholeNumber, type GatewayFlags } from './options.ts';

interface ListFlags extends GatewayFlags {
  readonly status?: OrderStatus;
  readonly customer?: string;
  readonly q?: string;
  readonly limit: number;
  readonly cursor?: string;
}

const EXAMPLES = `
Examples:
  mesh orders list --status rejected
  mesh orders list --q 801MS --limit 100 --json
  mesh orders show 801MS0000000001YAA
  mesh orders cancel 801MS0000000001YAA --reason "the customer called"`;

/** `mesh orders`: what became of the orders. */
export function addOrders(program: Command): void {
  const orders = program.command('orders').description('look at orders, their stories, and cancel them').addHelpText('after', EXAMPLES);
  const list = orders.command('list').description('the newest orders')
    .addOption(new Option('--status <status>', 'only those').choices(orderStatuses))
    .option('--customer <code>', 'only those of this customer')
    .option('--q <text>', 'start of an order number, or part of a customer\'s name')
    .option('--limit <count>', 'how many, at most 200', wholeNumber, 20)
    .option('--cursor <cursor>', 'the page after another one; its end tells the cursor');
  addGatewayOptions(list).action(async ({ status, customer, q, limit, cursor, json, ...flags }: ListFlags) => {
    const page = await gatewayOf(flags).orders({ limit, ...(status && { status }), ...(customer && { customer }), ...(q && { q }), ...(cursor && { cursor }) });
    print(json, page, () => [...orderLines(page.items), ...(page.nextCursor === null ? [] : [`more: --cursor ${page.nextCursor}`])]);
  });
  const show = orders.command('show').argument('<id>', 'number of the order').description('one order and its story: every message, step, retry and undo');
  addGatewayOptions(show).action(async (orderId: string, { json, ...flags }: GatewayFlags) => {
    const story = await gatewayOf(flags).order(orderId);
    print(json, story, () => storyLines(story));
  });
  const cancel = orders.command('cancel').argument('<id>', 'number of the order').description('undo an order that has not ended')
    .option('--reason <words>', 'why', 'asked for on the command line');
  addGatewayOptions(cancel).action(async (orderId: string, { json, reason, ...flags }: GatewayFlags & { readonly reason: string }) => {
    const order = await gatewayOf(flags).cancel(orderId, reason);
    print(json, order, () => [`order ${orderId} is asked to be cancelled; "mesh orders show ${orderId}" tells how far it is`]);
  });
}

const gatewayOf = (flags: GatewayFlags): ReturnType<typeof openGateway> => openGateway(gatewayUrl(flags), sessionOf(flags));
