import { yuanFromFen, type Fen } from '@order-mesh/kernel';

/** Yuan with two decimals and commas: 1,234,567.80. */
export function shownYuan(amount: Fen): string {
  return yuanFromFen(amount).replaceAll(/\B(?=(?:\d{3})+\.)/g, ',');
}
