import { milliseconds, seconds } from '@order-mesh/kernel';
import { bearsGarbage, type Broken } from '@order-mesh/testing';
import type { SalesforceConfig } from '../src/config.ts';
import { salesforceOrderLists } from '../src/outbound/salesforce/order-lists.ts';
import { salesforceOrders } from '../src/outbound/salesforce/orders.ts';
import { reportToSalesforce } from '../src/outbound/salesforce/write-reports.ts';
import { openSession } from '../src/outbound/salesforce/session.ts';

const ORDER = '801MS0000000001YAA';

function open(url: string): ReturnType<Broken['open']> {
  const config: SalesforceConfig = {
    url, hosts: [], pubsub: '', clientId: 'order-mesh', clientSecret: 'x', clientName: 'order-mesh', apiVersion: '62.0', certificateAuthority: '', insecureTls: false, topic: '', multiCurrency: false,
    timeout: milliseconds(700), longestSilence: seconds(30),
  };
  const session = openSession(config);
  const lists = salesforceOrderLists(session, config);
  const orders = salesforceOrders(session, config);
  const reports = reportToSalesforce({ session, book: { shown: async () => new Map() }, timeout: config.timeout });
  const report = { key: 'k', operation: 'report', orderId: ORDER, ledger: '', request: { orderId: ORDER, status: 'Confirmed' as const }, giveUpAt: 0, askedAt: 0, attempts: 0 };
  return {
    ask: {
      orders: () => orders.read([ORDER]),
      changes: async () => { for await (const page of orders.changedSince(0)) return page; return undefined; },
      'a report': async (signal) => (await reports.perform([report], signal))[0],
      'a list': () => lists.ask({ since: null, status: 'Activated' }),
      'how the list stands': () => lists.look('750MS0000000001'),
      'a page of the list': () => lists.read('750MS0000000001', null),
    },
  };
}

bearsGarbage({
  partner: 'Salesforce',
  open,
  letIn: ({ url }, at) => (url?.startsWith('/services/oauth2/token') ? JSON.stringify({ access_token: 't', instance_url: at, id: `${at}/id/00DMS0000000001AAA/005MS0000000001AAA`, token_type: 'Bearer' }) : null),
});
bearsGarbage({ partner: 'Salesforce at its desk for tokens', open });
