import { systemClock } from '@order-mesh/kernel';
import { silentLog } from '@order-mesh/platform';
import { bearsGarbage } from '@order-mesh/testing';
import type { U8Config } from '../src/config.ts';
import { openDoor } from '../src/outbound/door.ts';
import { eaiConfig, openApiConfig } from './doors.ts';

const timeout = 400;

function open(config: U8Config) {
  const { books, lists, statement, close } = openDoor(config, { clock: systemClock, log: silentLog });
  return {
    close,
    ask: {
      documents: (signal: AbortSignal) => books.documentsOf('saleorder', 'G1', signal),
      'take back': (signal: AbortSignal) => books.takeBack({ id: '1', code: 'SO1', state: 'drawn-up', fields: {} }, { kind: 'saleorder', orderId: 'G1', callKey: 'k' }, signal),
      customers: () => lists.changedSince('customer', 0n),
      statement: async () => { for await (const page of statement.documentsSince(0)) return page; return undefined; },
    },
  };
}

bearsGarbage({
  partner: 'U8 through its OpenAPI',
  open: (url) => open(openApiConfig(url, { timeout })),
  letIn: ({ url }) => (url?.startsWith('/system/token') ? '{"errcode":"0","errmsg":"","token":{"id":"t","expiresIn":7200}}' : null),
});
bearsGarbage({ partner: 'U8 through EAI', open: (url) => open(eaiConfig(url, { timeout })) });
