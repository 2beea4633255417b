/** What a DER file can hold that users take for a key or a certificate. */
export type DerForm =
  | 'spki'
  | 'pkcs8'
  | 'sec1'
  | 'encrypted-pkcs8'
  | 'pkcs1'
  | 'pkcs12'
  | 'pkcs7'
  | 'certificate'
  | 'certificate-request';

const INTEGER = 2;
const BIT_STRING = 3;
const OCTET_STRING = 4;
const OID = 6;
const SEQUENCE = 0x30;

interface Item {
  readonly tag: number;
  readonly start: number;
  readonly end: number;
}

/** What DER looks like by its outermost items; null for anything else. It only names a form, so it checks nothing further. */
export function derFormOf(der: Uint8Array): DerForm | null {
  const [outer, ...after] = itemsOf(der, 0, der.length);
  if (outer?.tag !== SEQUENCE || after.length > 0) return null;
  const items = itemsOf(der, outer.start, outer.end);
  const [first] = items;
  if (!first) return null;
  const tags = items.map(({ tag }) => tag);
  if (first.tag === INTEGER) return formOfVersioned(tags, der[first.end - 1]);
  if (first.tag === OID) return 'pkcs7';
  if (first.tag !== SEQUENCE) return null;
  if (tags.length === 2) return tags[1] === BIT_STRING ? 'spki' : tags[1] === OCTET_STRING ? 'encrypted-pkcs8' : null;
  if (tags.length !== 3 || tags[1] !== SEQUENCE || tags[2] !== BIT_STRING) return null;
  return itemsOf(der, first.start, first.end).length >= 6 ? 'certificate' : 'certificate-request';
}

function formOfVersioned([, second, third]: readonly number[], version: number | undefined): DerForm | null {
  if (second === SEQUENCE) return third === OCTET_STRING ? 'pkcs8' : version === 3 ? 'pkcs12' : null;
  if (second === OCTET_STRING) return version === 1 ? 'sec1' : null;
  return second === INTEGER ? 'pkcs1' : null;
}

/** The most items that are looked at: a certificate has fewer. */
const MAX_ITEMS = 16;

/** The items from `at` up to `limit`; none if they do not fill it. */
function itemsOf(der: Uint8Array, at: number, limit: number): Item[] {
  const items: Item[] = [];
  for (let from = at; from < limit; ) {
    const tag = der[from] as number;
    const head = der[from + 1] ?? 0x80;
    const more = head < 0x80 ? 0 : head - 0x80;
    if (head === 0x80 || more > 3) return [];
    let length = more === 0 ? head : 0;
    for (let i = 0; i < more; i++) length = length * 256 + (der[from + 2 + i] ?? 0);
    const start = from + 2 + more;
    const end = start + length;
    if (end > limit || items.length === MAX_ITEMS) return [];
    items.push({ tag, start, end });
    from = end;
  }
  return items;
}
