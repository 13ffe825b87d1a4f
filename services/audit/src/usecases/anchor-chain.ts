import type { Transaction, Unit } from '@order-mesh/messaging';
import { macOf, type Head } from '../domain/chain.ts';
import type { Ports } from './ports.ts';

export type AnchorChain = ReturnType<typeof anchorChain>;

export interface Anchoring extends Ports {
  /** Has somebody come and look. */
  readonly cry: () => void;
}

/**
 * Tells the end of the chain outside of the database, where it has grown since it was last told; `again` tells it all the same. An end that the mesh has not
 * written, or that lies before one it has told, is not told: an anchor of it would bear witness for whoever tampered with the log.
 */
export function anchorChain({ chain, mac, log, cry }: Anchoring) {
  let told = 0;
  return async (unit: Unit, again = false): Promise<void> => {
    const { head } = await chain.load(unit.tx, []);
    const { position } = head;
    if (position < told || !(await isOurs(unit.tx, head))) {
      log.error('the audit log was tampered with: run mesh audit verify', { position, told });
      cry();
      return;
    }
    if (position === 0 || (position === head.anchoredPosition && !again)) return;

    const value = { anchorId: `${CHAIN}/${new Date(unit.now).toISOString().slice(0, 10)}`, chain: CHAIN, position, mac: head.mac, at: unit.now };
    unit.send({ type: 'AuditAnchored', value }, { id: `${CHAIN}/anchor/${position}/${unit.now}`, trace: {} });
    await chain.noteAnchor(unit.tx, position, unit.now);
    unit.afterCommit(() => {
      told = Math.max(told, position);
      log.info('audit log anchored', { position, mac: head.mac });
    });
  };

  /** Whether the table ends where its head says, with a row that was written under our key. */
  async function isOurs(tx: Transaction, head: Head): Promise<boolean> {
    const last = await chain.last(tx);
    if (!last) return head.position === 0;
    return last.position === head.position && last.mac === head.mac && macOf(last, last.previous, mac) === last.mac;
  }
}

const CHAIN = 'audit';
