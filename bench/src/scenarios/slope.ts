export interface Point {
  readonly at: number;
  readonly value: number;
}

/** The slope of the straight line that lies nearest to the points (least squares). */
export function slopeOf(points: readonly Point[]): number {
  const mean = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0) / numbers.length;
  const [at, value] = [mean(points.map((point) => point.at)), mean(points.map((point) => point.value))];
  const spread = points.reduce((total, point) => total + (point.at - at) ** 2, 0);
  return spread === 0 ? 0 : points.reduce((total, point) => total + (point.at - at) * (point.value - value), 0) / spread;
}
