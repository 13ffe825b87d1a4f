import type { Instant } from '@order-mesh/kernel';

/** What the CRM says happened to records of orders. */
export interface CrmChange {
  /** CREATE, UPDATE, DELETE, UNDELETE, or a GAP_ of them where the CRM could not say what. */
  readonly kind: string;
  readonly orderIds: readonly string[];
  /** Who made the change; ends in `client=<name>` for changes through the API. */
  readonly origin: string;
  /** The new status, null where the change left it alone. */
  readonly status: string | null;
  /** Whether it changed who ordered or where the goods go. Lines are changed by activating the order anew. */
  readonly isAboutContent: boolean;
  readonly at: Instant;
}

/** What has to be read because of the changes: these orders, and maybe everything since the last change that was understood. */
export interface ToRead {
  readonly orderIds: readonly string[];
  readonly catchUp: boolean;
}

const DECISIVE: ReadonlySet<string> = new Set(['Activated', 'Cancelled']);

/** Decides what to read. A change is only a hint: the order is read as it stands, so hearing of it twice does no harm. `unreadable`: a change nobody could decode. */
export function toRead(changes: readonly (CrmChange | 'unreadable')[], ownClient: string): ToRead {
  const orderIds = new Set<string>();
  let catchUp = false;
  for (const change of changes) {
    if (change === 'unreadable' || change.kind === 'GAP_OVERFLOW') catchUp = true;
    else if (concernsUs(change, ownClient)) for (const orderId of change.orderIds) orderIds.add(orderId);
  }
  return { orderIds: [...orderIds], catchUp };
}

/** The newest moment that was understood; undefined when nothing was. */
export function newestOf(changes: readonly (CrmChange | 'unreadable')[]): Instant | undefined {
  const moments = changes.flatMap((change) => (change === 'unreadable' ? [] : [change.at]));
  return moments.length > 0 ? Math.max(...moments) : undefined;
}

function concernsUs({ kind, origin, status, isAboutContent }: CrmChange, ownClient: string): boolean {
  if (kind === 'DELETE' || kind === 'GAP_DELETE') return false;
  if (kind.startsWith('GAP_') || kind === 'UNDELETE') return true;
  // What the mesh wrote itself comes back as an echo
  if (origin.endsWith(`;client=${ownClient}`)) return false;
  return (isAboutContent && kind === 'UPDATE') || (status !== null && DECISIVE.has(status));
}
