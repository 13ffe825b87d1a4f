import { days, type Duration } from '@order-mesh/kernel';

/**
 * How long Kafka keeps records. Nothing that tells a repetition from something new may be forgotten sooner: offsets and the participants' own rows
 * are kept for ever, settled calls to partners for a month.
 */
export const TOPICS_KEPT_FOR: Duration = days(7);
