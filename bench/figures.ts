/** The value that `share` (0 to 1) of the values do not exceed; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))];
}

/** Median, the value that one of a hundred exceeds, and the largest. */
export interface Spread {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly count: number;
}

export function spread(values: readonly number[]): Spread {
  return {
    p50: quantile(values, 0.5),
    p99: quantile(values, 0.99),
    max: values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY),
    count: values.length,
  };
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
