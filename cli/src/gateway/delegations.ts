import type { Page } from './gateway.ts';
import { askAt } from './http.ts';
import type { Session } from '../session/session.ts';

/** Who decides on approvals for whom, as the gateway shows it. */
export interface Delegation {
  readonly delegationId: string;
  readonly state: 'asked' | 'standing' | 'ended' | 'refused';
  readonly absent: string;
  readonly deputy: string;
  readonly since: string;
  /** Not included. */
  readonly until: string;
  readonly reason: string;
  /** Why it was refused; empty otherwise. */
  readonly detail: string;
  readonly requestedBy: string;
  readonly updatedAt: string;
}

export interface DelegationWish {
  readonly absent: string;
  readonly deputy: string;
  /** A day in Beijing or a moment; now when absent. */
  readonly since?: string;
  /** A day in Beijing, which is included, or a moment. */
  readonly until: string;
  readonly reason: string;
}

/** The delegations behind a gateway. Everything rejects with NOT_RUNNING when nobody answers there, BAD_REQUEST when it says no. */
export interface DelegationDesk {
  delegate(wish: DelegationWish): Promise<Delegation>;
  /** Those that end last first. */
  list(): Promise<readonly Delegation[]>;
  show(delegationId: string): Promise<Delegation>;
  end(delegationId: string): Promise<Delegation>;
}

export function openDelegationDesk(url: string, session: Session): DelegationDesk {
  const ask = askAt(url, session);
  const at = (delegationId: string): string => `/v1/delegations/${encodeURIComponent(delegationId)}`;
  return {
    delegate: (wish) => ask<Delegation>('POST', '/v1/delegations', wish, 'requestedBy'),
    list: async () => (await ask<Page<Delegation>>('GET', '/v1/delegations?limit=200')).items,
    show: (delegationId) => ask<Delegation>('GET', at(delegationId)),
    end: (delegationId) => ask<Delegation>('POST', `${at(delegationId)}/end`, {}, 'requestedBy'),
  };
}

/** How a delegation stands once approvals has answered for it; as it was asked when that takes longer than a few seconds. */
export async function answered(desk: Pick<DelegationDesk, 'show'>, asked: Delegation, wait: () => Promise<unknown>): Promise<Delegation> {
  let now = asked;
  for (let looks = 0; looks < MOST_LOOKS && now.updatedAt === asked.updatedAt; looks += 1) {
    await wait();
    now = await desk.show(asked.delegationId);
  }
  return now;
}

const MOST_LOOKS = 25;
