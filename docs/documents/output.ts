/** Whether a text is as a document shows it, which writes `…` for a part that differs each time. */
export function isLike(text: string, shown: string): boolean {
  const [first = '', ...others] = shown.split('…');
  const last = others.pop();
  if (last === undefined) return text === first;
  let at = text.startsWith(first) ? first.length : -1;
  for (const part of others) {
    const found = at === -1 ? -1 : text.indexOf(part, at);
    at = found === -1 ? -1 : found + part.length;
  }
  return at !== -1 && text.length - last.length >= at && text.endsWith(last);
}
