import { quote } from '@model-signing/core';

/** Longer than any real header. */
const MAX_LENGTH = 8192;

/** One link and its parameters, up to the next link (RFC 8288). */
const LINK = /<([^<>]*)>([^<>]*)/g;
const RELATION = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))/i;

/**
 * The address of the next page that a `Link` header names, as it stands there; null if it names none.
 * @param refuse makes the error for a header that names one in a form that is not understood, so that no page is lost in silence
 */
export function nextPage(header: string | null, refuse: (problem: string) => Error): string | null {
  if (header === null) return null;
  const text = header.slice(0, MAX_LENGTH);
  for (const [, address = '', parameters = ''] of text.matchAll(LINK)) {
    const [, quoted, bare] = RELATION.exec(parameters) ?? [];
    const relations = (quoted ?? bare ?? '').toLowerCase().split(/\s+/);
    if (relations.includes('next')) return address;
  }
  if (header.length <= MAX_LENGTH && !/rel\s*=\W*next/i.test(text)) return null;
  throw refuse(`names the next page in a form that is not understood: ${quote(text)}`);
}
