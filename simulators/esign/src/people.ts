import type { SampleCustomer } from '@order-mesh/simulator';
import type { EsignSettings } from './desk.ts';
import type { Behaviour, Signer } from './flow.ts';

/** How signers answer: those told to by the settings, then the sample's customers who refuse, everybody else signs. */
export function behaviours(customers: readonly SampleCustomer[], settings: () => EsignSettings): (signer: Signer) => Behaviour {
  const refusing = new Set(customers.filter(({ signs }) => signs === 'refuses').flatMap(({ id, name, contactPhone }) => [id, name, contactPhone]));
  return (signer) => {
    if (signer.autoSign) return 'signs';
    const known = [signer.orgId, signer.orgName, signer.psnId, signer.psnAccount, signer.psnName].filter((name) => name !== undefined);
    const { refuse, silent } = settings();
    if (known.some((name) => silent.includes(name))) return 'silent';
    return known.some((name) => refuse.includes(name) || refusing.has(name)) ? 'refuses' : 'signs';
  };
}
