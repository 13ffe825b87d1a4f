import { systemClock } from '@order-mesh/kernel';
import { bearsGarbage } from '@order-mesh/testing';
import { wecomClient } from '../src/outbound/wecom/client.ts';

const access = { corpId: 'ww1', secret: 'x' };

bearsGarbage({
  partner: 'WeCom',
  open(url) {
    const wecom = wecomClient({ ...access, url }, systemClock);
    return { ask: { apply: (signal) => wecom.post('/oa/applyevent', {}, signal) } };
  },
  letIn: ({ url }) => (url?.startsWith('/cgi-bin/gettoken') ? '{"errcode":0,"access_token":"t","expires_in":7200}' : null),
});

bearsGarbage({
  partner: 'WeCom at its desk for tokens',
  open(url) {
    const wecom = wecomClient({ ...access, url }, systemClock);
    return { ask: { apply: (signal) => wecom.post('/oa/applyevent', {}, signal) } };
  },
});
