// The order as a DBOS workflow: plain code, each effect a step, undone in place when logistics refuses.
import { DBOS } from '@dbos-inc/dbos-sdk';
import { steps } from '../books.mjs';

/** Registers the workflow; to be called before DBOS is launched. */
export function registerOrderToCash(pool, finished) {
  const step = (name, ...args) => DBOS.runStep(() => steps[name](pool, ...args), { name, retriesAllowed: true });
  const finish = async (order, status) => {
    await step('finishOrder', order, status);
    finished(order.id);
  };
  const orderToCash = async (order) => {
    if (await step('holdCredit', order) === 'refused') return finish(order, 'rejected');
    await step('lockStock', order);
    await step('signContract', order);
    if (await step('planShipment', order) === 'refused') {
      await step('voidContract', order);
      await step('releaseStock', order);
      await step('releaseCredit', order);
      return finish(order, 'compensated');
    }
    await step('confirmFinance', order);
    return finish(order, 'completed');
  };
  return DBOS.registerWorkflow(orderToCash, { name: 'orderToCash' });
}
