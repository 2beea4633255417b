import { Refusal } from './judgement.ts';

/** One element of DER: its tag, its content, and all of it. */
export interface Element {
  readonly tag: number;
  readonly content: Buffer;
  readonly whole: Buffer;
}

const malformed = (what: string) => new Refusal('signer/certificate-malformed', what);

/** The elements that the bytes consist of, with nothing left over. */
export function elementsOf(bytes: Buffer): Element[] {
  const elements: Element[] = [];
  for (let at = 0; at < bytes.length; ) {
    const element = elementAt(bytes, at);
    elements.push(element);
    at += element.whole.length;
  }
  return elements;
}

function elementAt(bytes: Buffer, at: number): Element {
  const [tag, first] = [bytes[at], bytes[at + 1]];
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) throw malformed('an element without a length');
  const digits = first < 0x80 ? 0 : first - 0x80;
  if (first === 0x80 || digits > 3 || at + 2 + digits > bytes.length) throw malformed('a length');
  const length = digits === 0 ? first : bytes.readUIntBE(at + 2, digits);
  const shortest = digits === 0 || (length >= 0x80 && length >= 2 ** (8 * (digits - 1)));
  const start = at + 2 + digits;
  if (!shortest || start + length > bytes.length) throw malformed('a length');
  return { tag, content: bytes.subarray(start, start + length), whole: bytes.subarray(at, start + length) };
}

/** The single element that the bytes consist of. */
export function elementOf(bytes: Buffer): Element {
  const [element, ...more] = elementsOf(bytes);
  if (!element || more.length > 0) throw malformed('one element expected');
  return element;
}

export const childrenOf = ({ content }: Element): Element[] => elementsOf(content);

/** An object identifier in dots. */
export function oidOf({ content }: Element): string {
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of content) {
    arc = arc * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      arcs.push(arc);
      arc = 0;
    }
  }
  const [first = 0, ...rest] = arcs;
  const head = first < 80 ? [Math.floor(first / 40), first % 40] : [2, first - 80];
  return [...head, ...rest].join('.');
}

/** A time, in milliseconds. */
export function timeOf({ tag, content }: Element): number {
  const text = content.toString('latin1');
  const year = tag === 0x17 ? (Number(text.slice(0, 2)) < 50 ? '20' : '19') : '';
  const digits = year + text;
  const iso = `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6, 8)}T${digits.slice(8, 10)}:${digits.slice(10, 12)}:${digits.slice(12)}`;
  const time = Date.parse(iso);
  if (Number.isNaN(time)) throw malformed('a time');
  return time;
}
