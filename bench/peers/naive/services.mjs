// What each service does on a command, and what it answers.
import { steps } from '../books.mjs';

/** By service: by command, the work done in the command's transaction; it returns the reply's type. */
export const services = {
  credit: {
    hold: async (client, order) => `credit ${await steps.holdCredit(client, order)}`,
    release: replying('credit released', steps.releaseCredit),
  },
  inventory: {
    lock: replying('stock locked', steps.lockStock),
    release: replying('stock released', steps.releaseStock),
  },
  contract: {
    sign: replying('contract signed', steps.signContract),
    void: replying('contract void', steps.voidContract),
  },
  logistics: {
    plan: async (client, order) => `shipment ${await steps.planShipment(client, order)}`,
  },
  finance: {
    confirm: replying('finance confirmed', steps.confirmFinance),
  },
};

function replying(type, step) {
  return async (client, order) => {
    await step(client, order);
    return type;
  };
}
