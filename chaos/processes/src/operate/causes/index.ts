import type { Cause } from './cause.ts';
import { auditLogChanged, deadLetter, kafkaAway, pricingCutOff, processFrozen } from './machines.ts';
import { approvalOverdue, casesOverdue, oldestOrder } from './orders.ts';
import { booksDiffer, partnerPaused, u8Away } from './partners.ts';

/** Causes that do not meet: what is in one list goes one after the other, lists of an act at the same time, acts one after the other. */
type Act = readonly (readonly Cause[])[];

/** Every alert, caused once. The longest waits begin first; what needs orders to get through comes when they do; Kafka is away when nothing else is. */
export const acts = (): readonly Act[] => [
  [[pricingCutOff()], [deadLetter()], [processFrozen()]],
  [[u8Away(), casesOverdue(), booksDiffer()], [approvalOverdue()], [oldestOrder()], [auditLogChanged()]],
  [[kafkaAway()]],
];

/** What goes on beside all acts. */
export const throughout = (): readonly Cause[] => [partnerPaused()];
