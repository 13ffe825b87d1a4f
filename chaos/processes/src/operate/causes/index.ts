import type { Cause } from './cause.ts';
import { auditLogChanged, deadLetter, kafkaAway, pricingCutOff, processFrozen } from './machines.ts';
import { approvalOverdue, casesOverdue, oldestOrder } from './orders.ts';
import { booksDiffer, partnerPaused, u8Away } from './partners.ts';

/** Causes that do not meet: what is in one list goes one after the other, lists of an act at the same time, acts one after the other. */
type Act = readonly (readonly Cause[])[];

/** The alerts but for those of `beside` and `atLast`. The longest waits begin first; what needs orders to get through comes when they do. */
export const acts = (): readonly Act[] => [
  [[pricingCutOff()], [deadLetter()], [processFrozen()]],
  [[u8Away(), casesOverdue(), booksDiffer()], [approvalOverdue()], [oldestOrder()], [auditLogChanged()]],
];

/** What lasts as long as all acts together. */
export const beside = (): readonly Cause[] => [partnerPaused()];

/** What would keep others from being made good: without Kafka nobody can do anything. */
export const atLast = (): readonly Cause[] => [kafkaAway()];

/** Every alert, caused once. */
export const allCauses = (): readonly Cause[] => [...acts().flat(2), ...beside(), ...atLast()];
