import { MeshError, seconds } from '@order-mesh/kernel';
import type { BrokerOptions, Stall } from '@order-mesh/messaging';
import type { Log } from './log.ts';
import { kafkaMeasures } from './measures.ts';
import type { Metrics } from './metrics.ts';

/** With this code a process ends that is to be started again (EX_TEMPFAIL of sysexits.h). */
export const ENDED_TO_START_AGAIN = 75;
const STOP_WITHIN = seconds(5);

export interface StallWatch {
  readonly log: Log;
  readonly metrics: Metrics;
  /** Called when replacing the consumer has not helped. */
  readonly giveUp: (error: MeshError) => void;
}

/** Logs and counts what goes wrong with Kafka's clients; a consumer that falls silent again after it was replaced is given up. */
export function watchBroker({ log, metrics, giveUp }: StallWatch): Pick<BrokerOptions, 'onTrouble' | 'onStall'> {
  const troubles = metrics.counter(kafkaMeasures.troubles);
  const stalls = metrics.counter(kafkaMeasures.stalls);
  return {
    onTrouble: (error) => {
      troubles.add({});
      log.warn('a client of Kafka is in trouble and goes on trying', { error });
    },
    onStall: (stall) => {
      stalls.add({});
      log.error('a consumer fell silent and is replaced', { groupId: stall.groupId, times: stall.times, error: stall.reason });
      if (stall.times > 1) giveUp(hopeless(stall));
    },
  };
}

function hopeless({ groupId, times, reason }: Stall): MeshError {
  const seen = reason instanceof MeshError ? reason.advice : reason.message;
  return new MeshError('CONSUMER_STALLED', {
    cause: reason,
    advice: `the consumer group ${groupId} fell silent ${times} times within ten minutes although the broker is well (last: ${seen}). A new consumer has not helped, so this process ends `
      + `with code ${ENDED_TO_START_AGAIN}, to be started again; nothing is lost. If it comes back, look at the broker's log and at what lies between it and here (KAFKA_BROKERS)`,
  });
}

/** Says why, stops in order within 5 s, and ends the process. */
export function endProcess(error: MeshError, log: Log, stop: () => Promise<void>): void {
  log.error('the process ends to be started again', { error });
  process.stderr.write(`${error.message}\n`);
  const end = (): never => process.exit(ENDED_TO_START_AGAIN);
  setTimeout(end, STOP_WITHIN);
  stop().then(end, end);
}
