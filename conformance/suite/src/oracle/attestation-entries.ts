import { type Judge, Refusal } from './judgement.ts';

/** An entry of a file: a text that may be a bundle, or null for one that cannot be. */
export interface Entry {
  /** Where it begins, counted from 1. */
  readonly line: number;
  readonly text: string | null;
  readonly isDuplicate: boolean;
}

const MOST = 10_000;

/** The entries of a file of attestations: section 13.6.2. Bytes are characters here. */
export function entriesIn(file: Buffer, judge: Judge): Entry[] {
  const texts = textsIn(file.toString('latin1'), judge);
  const bound = judge.has('attestations-of-a-small-number') ? 100 : MOST;
  judge.refuseIf(
    texts.length > bound,
    'attestations-without-bound',
    'bundle/too-large',
    `more than ${bound} entries in a file`,
  );
  const seen = new Set<string>();
  const entries = texts.map(([line, text]): Entry => {
    const isObject = text.startsWith('{') && text.endsWith('}');
    const isDuplicate = isObject && seen.has(text) && !judge.has('attestation-duplicates-not-told');
    seen.add(text);
    return { line, text: isObject ? text : null, isDuplicate };
  });
  if (judge.has('attestation-of-the-first-line-alone')) return entries.slice(0, 1);
  return judge.has('attestation-of-the-last-line-alone') ? entries.slice(-1) : entries;
}

type Text = [line: number, text: string];

function textsIn(file: string, judge: Judge): Text[] {
  if (judge.has('attestation-file-of-one-document')) return [[1, trimmed(file.replaceAll('\n', ' '))]];
  const lines = file.split('\n');
  if (judge.has('attestation-line-without-end-dropped')) lines.pop();
  const texts: Text[] = [];
  let open: Text | null = null;
  for (const [index, raw] of lines.entries()) {
    const text = trimmed(raw);
    if (text === '') continue;
    const begins = text.startsWith('{') && !isSpace(raw[0]);
    const continues: boolean = !begins || judge.has('attestation-cut-line-takes-the-next');
    if (open !== null && continues) {
      open[1] += `\n${text}`;
      if (text === '}' && !isSpace(raw[0])) open = null;
      continue;
    }
    const next: Text = [index + 1, text];
    texts.push(next);
    open = begins && !text.endsWith('}') && !judge.has('attestation-lines-alone') ? next : null;
  }
  return texts;
}

const isSpace = (character: string | undefined) => character === ' ' || character === '\t' || character === '\r';

/** A text without the white space of JSON around it. */
function trimmed(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && isSpace(text[start])) start++;
  while (end > start && isSpace(text[end - 1])) end--;
  return text.slice(start, end);
}

/** The refusal of what is no bundle. */
export const noBundle = (): Refusal =>
  new Refusal('bundle/not-json', 'an entry is no bundle', {
    checks: ['attestation-lines-alone', 'attestation-cut-line-takes-the-next'],
  });
