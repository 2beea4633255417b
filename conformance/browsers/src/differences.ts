import { isDeepStrictEqual } from 'node:util';
import type { Outcome } from './case.ts';

/** What a browser says otherwise than Node, in words; null if it says the same. Texts may differ, because parsers word them. */
export function differenceOf(node: Outcome, browser: Outcome | undefined): string | null {
  if (!browser) return 'it was not run';
  const { message: _, ...said } = node;
  const { message, ...found } = browser;
  // What a page sends is JSON, which has no undefined members.
  if (isDeepStrictEqual(plain(found), plain(said))) return null;
  const show = ({ outcome, code, detail }: Outcome) =>
    `${outcome} ${code ?? ''} ${JSON.stringify(detail) ?? ''}`.trim();
  return `Node: ${show(node)}; here: ${show(browser)} ${message ?? ''}`.trim();
}

function plain(value: unknown): unknown {
  const texts = (key: string, found: unknown) => (key === 'message' ? undefined : found);
  return JSON.parse(JSON.stringify(value, texts));
}
