import { openIssuer, type TestIssuer } from '@order-mesh/testing';

/** Who signs tokens for every mesh of this run. */
export const issuer: Promise<TestIssuer> = openIssuer();
