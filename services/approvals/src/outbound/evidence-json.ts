import type { CreditEvidence, PriceEvidence } from '@order-mesh/contracts';
import { fen } from '@order-mesh/kernel';
import { z } from 'zod';

const money = z.string().regex(/^-?\d{1,16}$/).transform((digits) => fen(BigInt(digits)));
const evidence = z.array(z.object({
  exposure: money, limit: money, daysOverdue: z.number(), overdue: money, receivables: z.number(), paid: z.number(), ordersConfirmed: z.number(), amountConfirmed: money, ordersRefused: z.number(),
}));

const prices = z.array(z.object({ listAmount: money, amount: money, cost: money.nullable() }));

/** Writes evidence as it is kept with its task. */
export const writeEvidence = (told: readonly CreditEvidence[] | readonly PriceEvidence[]): string => JSON.stringify(told, (_name, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));

/** Reads what is known of the customer again. Throws a ZodError for anything else. */
export const readEvidence = (json: string): readonly CreditEvidence[] => evidence.parse(JSON.parse(json));

/** Reads what the order was to bring again. Throws a ZodError for anything else. */
export const readPrices = (json: string): readonly PriceEvidence[] => prices.parse(JSON.parse(json));
