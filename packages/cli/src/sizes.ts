const decimal = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

const unitBytes = new Map<string, number>([
  ['', 1],
  ...decimal.map((unit, power) => [unit.toLowerCase(), 1000 ** power] as const),
  ...['KiB', 'MiB', 'GiB', 'TiB', 'PiB'].map((unit, index) => [unit.toLowerCase(), 1024 ** (index + 1)] as const),
]);

/** Reads a size in bytes: `1000000000`, `1GB`, `1.5 GB`, `512MiB`. Null for anything that is not a positive whole number. */
export function parseSize(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?) ?([a-z]*)$/i.exec(text.trim());
  const unit = unitBytes.get(match?.[2]?.toLowerCase() ?? '');
  if (!match || unit === undefined) return null;
  const bytes = Number(match[1]) * unit;
  return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : null;
}

/** A size for people, in decimal units: `999 B`, `1.2 GB`. */
export function formatSize(bytes: number): string {
  let power = 0;
  let value = bytes;
  while (value >= 999.5 && power < decimal.length - 1) {
    value /= 1000;
    power++;
  }
  return `${power === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${decimal[power]}`;
}

/** `1 file`, `2 files`, `12,345 files`. */
export function formatCount(count: number, noun: string): string {
  return `${groupDigits(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `12,345`. Loading a locale would take longer than the rest of the command. */
export function groupDigits(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}
