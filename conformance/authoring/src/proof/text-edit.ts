/**
 * Whether repairing one place of a text yields the other: the text as a whole is encoded or wrapped in another way or
 * replaced by one token, or one contiguous run of tokens is added, removed, or replaces a single token.
 */
export function isOneEdit(text: Buffer, control: Buffer): boolean {
  return isWrapped(text, control) || tokensOf(text.toString('latin1')).length <= 1 || isOneRun(text, control);
}

function isWrapped(text: Buffer, control: Buffer): boolean {
  const utf8 = text.toString();
  const unwrapped = [
    () => text.toString('utf16le').replace(/^\ufeff/, ''),
    () => Buffer.from(utf8, 'base64').toString(),
    () => Buffer.from(utf8, 'hex').toString(),
    () => JSON.parse(utf8),
    () => /^\[(.*)\]$/s.exec(utf8)?.[1],
  ];
  return unwrapped.some((unwrap) => {
    try {
      return unwrap() === control.toString();
    } catch {
      return false;
    }
  });
}

function isOneRun(text: Buffer, control: Buffer): boolean {
  const [after, before] = [tokensOf(text.toString('latin1')), tokensOf(control.toString('latin1'))];
  let start = 0;
  while (start < after.length && start < before.length && after[start] === before[start]) start++;
  const rest = [after.length - start, before.length - start] as [number, number];
  while (rest[0] > 0 && rest[1] > 0 && after[start + rest[0] - 1] === before[start + rest[1] - 1]) {
    rest[0]--;
    rest[1]--;
  }
  return Math.min(...rest) <= 1 && (rest[1] <= 1 || rest[0] === 0);
}

/** Strings, words and single characters; white space between them counts only where it is not JSON's. */
function tokensOf(text: string): string[] {
  return text.match(/"(?:[^"\\]|\\.)*"|[\w.+-]+|[^ \t\r\n]/gs) ?? [];
}
