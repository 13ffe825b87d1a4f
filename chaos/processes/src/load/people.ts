import type { Session } from '@order-mesh/cli/parts';
import type { TestIssuer } from '@order-mesh/testing';
import { SOURCE } from './orders.ts';

/** Everybody who asks something of the gateway during a run, signed in. */
export interface People {
  /** Places orders, as the upstream system that they come from. */
  readonly shop: Session;
  /** Decides on approvals of every region, cancels orders, and proposes rules. */
  readonly director: Session;
  /** Releases the rules that the director proposes. */
  readonly accountant: Session;
  /** Repairs: dead letters, cases, partners, books. */
  readonly operator: Session;
}

export function peopleOf(issuer: TestIssuer): People {
  const shop = issuer.system(SOURCE, 'orders:place');
  return { shop: { token: () => shop }, director: issuer.person('王芳', 'sales_director'), accountant: issuer.person('李娜', 'finance'), operator: issuer.person('韩梅梅', 'ops') };
}
