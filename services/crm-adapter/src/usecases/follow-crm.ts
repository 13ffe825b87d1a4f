import type { Duration } from '@order-mesh/kernel';
import { openIntake, type TakeChangesPorts } from './take-changes.ts';
import { pauseAfter } from './pause-after.ts';
import type { ChangeFeed } from './ports.ts';

export interface FollowCrmPorts extends TakeChangesPorts {
  readonly feed: ChangeFeed;
  /** Waits, but not longer than until `signal` aborts. */
  readonly pause: (length: Duration, signal: AbortSignal) => Promise<void>;
  /** Waits until new orders may come, but not longer than until `signal` aborts. */
  readonly room: (signal: AbortSignal) => Promise<void>;
  /** Called when the CRM had forgotten our position. */
  readonly onPositionLost: () => void;
}

export type FollowCrm = (signal: AbortSignal) => Promise<void>;

/** Follows the CRM's changes until told to stop: whenever the stream ends it is opened again from the saved position, later and later while it keeps ending. */
export const followCrm = (ports: FollowCrmPorts): FollowCrm => async (signal) => {
  let failures = 0;
  while (!signal.aborted) {
    const { heard, detail } = await followOnce(ports, signal).catch((error: unknown) => ({ heard: 0, detail: error instanceof Error ? error.message : String(error) }));
    if (signal.aborted) return;
    failures = heard > 0 ? 1 : failures + 1;
    ports.log.warn('not following the CRM', { detail, failures });
    await ports.pause(pauseAfter(failures), signal);
  }
};

// The CRM keeps its changes for three days: what there is no room for here is not asked for
async function followOnce(ports: FollowCrmPorts, signal: AbortSignal): Promise<{ readonly heard: number; readonly detail: string }> {
  await ports.room(signal);
  const position = await ports.positions.load();
  const intake = openIntake(ports, position);
  const stream = await ports.feed.open(position.replayId, signal);
  let heard = 0;
  try {
    for (;;) {
      await ports.room(signal);
      const fed = await stream.next();
      if (fed.type === 'ended') return { heard, detail: fed.detail };
      if (fed.type === 'position-lost') {
        ports.onPositionLost();
        await intake.recover();
        return { heard, detail: fed.detail };
      }
      await intake.take(fed);
      heard += 1;
    }
  } finally {
    stream.close();
  }
}
