export type { Contract } from '@order-mesh/contracts';
import type { AnyMessage } from '@order-mesh/contracts';

/** A message the machine asks to be sent. */
export type Outgoing = AnyMessage;
