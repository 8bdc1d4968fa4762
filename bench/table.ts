/** What the benchmarks print: one row a measurement. */

/** The smallest value that so large a part of all does not exceed. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? NaN;
}

/** A row of p50, p95 and p99, in ms. */
export function latencyRow(what: string, values: readonly number[]): void {
  const cells = [0.5, 0.95, 0.99].map((q) => quantile(values, q).toFixed(1).padStart(7));
  console.log(`${what.padEnd(44)}${cells.join('')}   n=${values.length}`);
}

/** A row of p50 and maximum, in ms. */
export function recoveryRow(what: string, values: readonly number[]): void {
  const cells = [quantile(values, 0.5), Math.max(...values)].map((value) => value.toFixed(0).padStart(8));
  console.log(`${what.padEnd(66)}${cells.join('')}   n=${values.length}`);
}
