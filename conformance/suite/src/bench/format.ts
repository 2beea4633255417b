import type { Spread } from './statistics.ts';

/** `12.3 ms` or `4.56 s`. */
export function formatSeconds(seconds: number): string {
  return seconds < 0.9995 ? `${(seconds * 1000).toPrecision(3)} ms` : `${digits(seconds)} s`;
}

/** A decimal number with about three digits, never in powers of ten. */
export function digits(value: number): string {
  if (Math.abs(value) >= 99.95) return value.toFixed(0);
  return value.toFixed(Math.abs(value) >= 9.995 ? 1 : 2);
}

/** `1.12 × (1.08–1.15)`. */
export function formatRatio({ median, min, max }: Spread): string {
  return `${digits(median)} × (${digits(min)}–${digits(max)})`;
}

/** Memory in millions of bytes. */
export function formatMemory(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
