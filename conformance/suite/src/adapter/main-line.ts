const MAX_LENGTH = 300;

/**
 * The line of a program's output that says what is wrong: usually the last one. A line that ends in a colon introduces those
 * behind it, of which the first is added, and the usage that a program prints is no part of its message.
 */
export function mainLine(text: string): string {
  const all = text.split('\n').filter((line) => line.trim() !== '');
  const usage = all.findIndex((line) => /^usage\b/i.test(line.trimStart()));
  const lines = usage > 0 ? all.slice(0, usage) : all;
  const head = lines.findIndex((line, index) => line.trimEnd().endsWith(':') && index + 1 < lines.length);
  const line = head === -1 ? (lines.at(-1) ?? '') : headed(lines.slice(head));
  const trimmed = line.trim();
  return trimmed.length > MAX_LENGTH ? `${trimmed.slice(0, MAX_LENGTH)}…` : trimmed;
}

/** The first line of a message, and the next one if it ends in a colon. */
export function firstLine(text: string): string {
  return headed(text.split('\n').filter((line) => line.trim() !== ''));
}

function headed([first = '', second = '']: readonly string[]): string {
  return first.trimEnd().endsWith(':') ? `${first.trim()} ${second.trim()}`.trim() : first.trim();
}
