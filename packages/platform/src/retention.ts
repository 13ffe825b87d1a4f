import { days, type Duration } from '@order-mesh/kernel';

/**
 * How long Kafka keeps records. Nothing that tells a repetition from something new may be forgotten sooner: offsets and the participants' own rows
 * are kept for ever, settled calls to partners for a month, what each participant has taken for `INBOX_KEPT_FOR`.
 */
export const TOPICS_KEPT_FOR: Duration = days(7);

/** How long a copy of a message is recognised by its number. Later copies meet the participants' own rows. */
export const INBOX_KEPT_FOR: Duration = days(14);
