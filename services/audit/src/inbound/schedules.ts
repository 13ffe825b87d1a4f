import type { Runtime } from '@order-mesh/platform';
import type { AuditConfig } from '../config.ts';
import type { AnchorChain } from '../usecases/anchor-chain.ts';

/** Anchors what has been added, every so often; once after a start whatever there is, in case the anchors were lost. Gives the way to do it at once. */
export function scheduleAnchors({ config, repeat, submit, obstacle, log }: Runtime<AuditConfig>, anchorChain: AnchorChain): () => void {
  let again = true;
  repeat('anchor the audit log', config.anchorEvery, async () => {
    if (obstacle() !== null) return;
    await submit((unit) => anchorChain(unit, again));
    again = false;
  });
  // the next turn of the schedule makes good what fails here
  return () => { submit((unit) => anchorChain(unit)).catch((error: unknown) => { log.warn('the audit log was not anchored', { error }); }); };
}
