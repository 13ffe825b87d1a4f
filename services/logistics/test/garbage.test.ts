import { systemClock } from '@order-mesh/kernel';
import { bearsGarbage } from '@order-mesh/testing';
import { sfClient } from '../src/outbound/sf-client.ts';

bearsGarbage({
  partner: 'the carrier',
  open(url) {
    const carrier = sfClient({ url, partnerId: 'p', checkword: 'x' }, systemClock);
    return { ask: { book: (signal) => carrier.call('EXP_RECE_CREATE_ORDER', { orderId: 'G1' }, signal) } };
  },
});
