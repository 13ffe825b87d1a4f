import type { ChoiceField, Field, NumberField, TextField } from '../field.ts';

// fields that several of the points of pricing know

const MOST_MONEY = 1_000_000_000_000_000;

export const customerId: TextField = { name: 'customerId', type: 'text', label: { zh: '客户编码', en: 'Customer code' }, example: 'C0001' };
export const region: TextField = { name: 'region', type: 'text', label: { zh: '销售区域（省份）', en: 'Sales region, a province' }, example: '江苏' };
export const tier: ChoiceField = {
  name: 'tier', type: 'choice', label: { zh: '客户等级', en: 'Tier of the customer' }, example: 'D',
  choices: [{ value: 'A', zh: 'A 级', en: 'A, the largest' }, { value: 'B', zh: 'B 级', en: 'B' }, { value: 'C', zh: 'C 级', en: 'C' }, { value: 'D', zh: 'D 级', en: 'D, everybody else' }],
};
export const money = (name: string, zh: string, en: string, example: number): NumberField => ({ name, type: 'money', label: { zh, en }, least: -MOST_MONEY, most: MOST_MONEY, example });
/** An amount that is given, never taken. */
export const allowance = (name: string, zh: string, en: string, example: number): NumberField => ({ name, type: 'money', label: { zh, en }, least: 0, most: MOST_MONEY, example });
export const count = (name: string, zh: string, en: string, example: number): NumberField => ({ name, type: 'count', label: { zh, en }, least: 0, most: 1_000_000_000, example });
/** From 0 to 100 %. */
export const part = (name: string, zh: string, en: string, example: number): NumberField => ({ name, type: 'percent', label: { zh, en }, least: 0, most: 10_000, example });

const NO_COST = 100_00;
/** What of a price is left above the cost; below nothing where it does not pay the cost. */
export const margin = (zh: string, en: string): NumberField => ({ name: 'margin', type: 'percent', label: { zh, en }, least: -1_000_000_00, most: NO_COST, example: 25_00, untold: NO_COST });

export const whose: readonly Field[] = [customerId, region];
