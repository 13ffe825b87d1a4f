import { Admin, consumerGroupDescribeV0, consumerGroupHeartbeatV1, FindCoordinatorKeyTypes, type Connection } from '@platformatic/kafka';
import type { BrokerOptions, ConsumerOptions } from './broker.ts';
import { clientOptions, connectTo } from './platformatic-client.ts';
import { unreachable } from './waiting.ts';

/** KIP-848: a heartbeat with this epoch takes its member out of the group. */
const LEAVES = -1;

/** The members of this name that a crash left in the group: they would hold their partitions until the broker misses them (6 s here, 45 s on a broker as it comes). */
export class Predecessors {
  readonly #options: BrokerOptions;
  readonly #wish: Pick<ConsumerOptions, 'groupId' | 'instance'>;
  #areGone: boolean;

  constructor(options: BrokerOptions, wish: Pick<ConsumerOptions, 'groupId' | 'instance'>) {
    this.#options = options;
    this.#wish = wish;
    this.#areGone = wish.instance === undefined;
  }

  /** Takes them out of the group, once: two living members of one name, against the rule, do not end each other for ever. Tried again with the next membership when the broker does not answer. */
  async end(): Promise<void> {
    if (this.#areGone) return;
    try {
      await this.#takeOut();
      this.#areGone = true;
    } catch {
      // the broker will miss them by itself; a group that is new has no coordinator yet
    }
  }

  async #takeOut(): Promise<void> {
    const { groupId, instance } = this.#wish;
    const connection = await coordinatorOf(this.#options, groupId);
    try {
      const { groups } = await consumerGroupDescribeV0.api.async(connection, [groupId], false);
      const left = groups.flatMap(({ members }) => members.filter(({ clientId }) => clientId === instance));
      for (const { memberId } of left) await consumerGroupHeartbeatV1.api.async(connection, groupId, memberId, LEAVES, null, null, 0, [], null, null, []);
    } finally {
      await connection.close().catch(() => undefined);
    }
  }
}

async function coordinatorOf(options: BrokerOptions, groupId: string): Promise<Connection> {
  const admin = new Admin(clientOptions(options));
  try {
    const [coordinator] = await admin.findCoordinator({ keyType: FindCoordinatorKeyTypes.GROUP, keys: [groupId] });
    if (coordinator === undefined) throw unreachable();
    return await connectTo(coordinator, options);
  } finally {
    await admin.close().catch(() => undefined);
  }
}
