const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;

/** A number of bytes for people, in powers of a thousand. */
export function sizeText(bytes: number): string {
  let unit = 0;
  let value = bytes;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  if (unit === 0) return bytes === 1 ? '1 byte' : `${bytes} bytes`;
  return `${value >= 99.95 ? value.toFixed(0) : value.toFixed(1)} ${UNITS[unit]}`;
}

/** A number of seconds for people. */
export function durationText(seconds: number): string {
  if (seconds < 1) return 'less than a second';
  if (seconds < 99.5) return counted(Math.round(seconds), 'second');
  const minutes = Math.round(seconds / 60);
  if (minutes < 100) return `${minutes} minutes`;
  return `${(seconds / 3600).toFixed(1)} hours`;
}

/** A number with its noun. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

/** What a signature lists. */
export function resourcesText(count: number, method: 'files' | 'shards'): string {
  return method === 'files' ? counted(count, 'file') : counted(count, 'part').replace(/part(s?)$/, 'part$1 of files');
}

/** A time in ISO 8601 for people, in UTC. */
export function timeText(iso: string): string {
  return iso.replace('T', ' ').replace(/(?:\.\d+)?Z$/, ' UTC');
}

/** As many texts of a list as a browser shows at once; the rest is in the JSON. */
const MAX_LISTED = 1000;

/** The texts of a list to show: a signature can hold so many that a page with all of them would not respond any more. */
export function listed(texts: readonly string[], max = MAX_LISTED): readonly string[] {
  if (texts.length <= max) return texts;
  return [...texts.slice(0, max), `and ${(texts.length - max).toLocaleString('en')} more, listed in the JSON`];
}

/** A text as a sentence. */
export function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
