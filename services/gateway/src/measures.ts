import type { Measures } from '@order-mesh/platform';

/** What the front door tells. */
export const gatewayMeasures = {
  underWay: { name: 'mesh_orders_under_way', type: 'gauge', unit: 'orders', labels: {}, means: 'Orders that machines work on, as far as this process has heard.', use: 'At GATEWAY_MOST_UNDER_WAY new orders wait at the door; see how-to/overload-and-stalls.md.' },
  refused: { name: 'mesh_requests_refused_total', type: 'counter', unit: 'requests', labels: { problem: 'the type of the problem, from a closed list' }, means: 'Requests over HTTP that were refused.', use: 'overloaded: the door is full. unacceptable: an upstream system sends what is no order, and its log says why.' },
  openOrders: { name: 'mesh_gateway_open_orders', type: 'gauge', unit: 'requests', labels: {}, means: 'Requests for an order that are being read, waiting or answered.', use: 'At its limit the next is answered 429 and told when to come again.' },
  openBytes: { name: 'mesh_gateway_open_bytes', type: 'gauge', unit: 'bytes', labels: {}, means: 'Bytes of the bodies of these requests.', use: 'At its limit the next is answered 429 and told when to come again.' },
} as const satisfies Measures;
