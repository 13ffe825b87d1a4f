/** What one line can bear of a discount. */
export interface Bearing {
  /** In fen. */
  readonly most: bigint;
  /** Its share is a multiple of this, in fen. */
  readonly step: bigint;
}

/**
 * Shares an amount out over lines in proportion to what each can bear: exact to the fen, the odd fen to the lines that bear most. Less is shared where lines can bear no more, or only in steps.
 * Returns a share a line, in their order.
 */
export function shareOut(amount: bigint, lines: readonly Bearing[]): readonly bigint[] {
  const bearable = lines.reduce((sum, { most }) => sum + most, 0n);
  const wanted = amount < bearable ? amount : bearable;
  if (wanted <= 0n) return lines.map(() => 0n);
  const shares = lines.map(({ most, step }) => inSteps((wanted * most) / bearable, step));
  let rest = wanted - shares.reduce((sum, share) => sum + share, 0n);
  const largestFirst = [...lines.keys()].sort((one, other) => compare(lines[other]?.most ?? 0n, lines[one]?.most ?? 0n) || one - other);
  for (const index of largestFirst) {
    const { most = 0n, step = 1n } = lines[index] ?? {};
    const share = shares[index] ?? 0n;
    const room = most - share;
    const more = inSteps(rest < room ? rest : room, step);
    shares[index] = share + more;
    rest -= more;
  }
  return shares;
}

const inSteps = (amount: bigint, step: bigint): bigint => amount - (amount % step);

const compare = (one: bigint, other: bigint): number => (one < other ? -1 : one > other ? 1 : 0);
