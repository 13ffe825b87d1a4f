// The order as a Restate handler, in the shape of Restate's guide to sagas: compensations are noted before each step
// and run in reverse order when a step fails for good.
import * as restate from '@restatedev/restate-sdk';
import { steps } from '../books.mjs';

/** The service to be served and called. */
export function orderToCash(pool, finished) {
  const place = async (ctx, order) => {
    const step = (name, ...args) => ctx.run(name, async () => { await steps[name](pool, order, ...args); });
    const ask = (name) => ctx.run(name, async () => {
      if (await steps[name](pool, order) === 'refused') throw new restate.TerminalError(`${name} refused`);
    });
    const finish = (status) => ctx.run('finishOrder', async () => {
      await steps.finishOrder(pool, order, status);
      finished(order.id);
    });
    const compensations = [];
    try {
      await ask('holdCredit');
      compensations.push(() => step('releaseCredit'));
      compensations.push(() => step('releaseStock'));
      await step('lockStock');
      compensations.push(() => step('voidContract'));
      await step('signContract');
      await ask('planShipment');
      await step('confirmFinance');
    } catch (error) {
      if (!(error instanceof restate.TerminalError)) throw error;
      for (const compensate of compensations.toReversed()) await compensate();
      return finish(compensations.length === 0 ? 'rejected' : 'compensated');
    }
    return finish('completed');
  };
  return restate.service({ name: 'OrderToCash', handlers: { place } });
}
