import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBundleJson, readPayloadApart } from './bundle.ts';
import { decodeBase64, encodeUtf8 } from './encoding.ts';
import { parseJson } from './json.ts';
import { MAX_RESOURCES } from './manifest/manifest.ts';
import { parseInPieces, parsePayload } from './statement.ts';

const LIMITS = { maxBytes: 1e6, maxDepth: 64, maxValues: 1e6 };
const parseWhole = (payload: Uint8Array) => parseJson(payload, 'statement', LIMITS);

function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}

const name = fc.oneof(
  fc.string(),
  fc.constantFrom('},{', '"},{"', '}, {', '}]', '"resources":[{', '\\', 'é', '\ud800'),
);
const resource = fc.record({ name, algorithm: fc.constant('sha256'), digest: fc.string() }, { requiredKeys: [] });
const statement = fc.record({
  subject: fc.array(fc.record({ name }), { maxLength: 2 }),
  predicate: fc.record({
    serialization: fc.record({ ignore_paths: fc.array(name, { maxLength: 2 }) }),
    resources: fc.array(resource, { minLength: 1, maxLength: 20 }),
    annotations: fc.dictionary(fc.string(), fc.string(), { maxKeys: 2 }),
  }),
});

/** What is inserted into a document, or takes the place of some of it. */
const insertion = fc.constantFrom(
  ...[
    '',
    ' ',
    '"',
    '\\',
    ',',
    ':',
    '{',
    '}',
    '[',
    ']',
    '},{',
    '}]',
    '0',
    'null',
    '"name":1,',
    '"a":{',
    '\u0000',
    '\\ud800',
    '\\"',
  ],
);
const changes = fc.array(fc.record({ at: fc.nat({ max: 3000 }), removed: fc.nat({ max: 3 }), text: insertion }), {
  maxLength: 3,
});
type Changes = readonly { readonly at: number; readonly removed: number; readonly text: string }[];

function changed(text: string, all: Changes): string {
  return all.reduce((found, { at, removed, text }) => {
    const place = at % (found.length + 1);
    return found.slice(0, place) + text + found.slice(place + removed);
  }, text);
}

describe('a payload in pieces', () => {
  it('a payload that is parsed in pieces has the value of the whole, whatever its faults, white space and piece size', () => {
    const space = fc.constantFrom(undefined, 1, '\t');
    fc.assert(
      fc.property(statement, space, changes, fc.integer({ min: 1, max: 300 }), (value, indent, all, size) => {
        const payload = encodeUtf8(changed(JSON.stringify(value, null, indent).toWellFormed(), all));
        const found = parseInPieces(payload, size);
        if (found !== null) expect(found).toStrictEqual(attempt(() => parseWhole(payload)));
      }),
      { numRuns: 3000 },
    );
  });

  it.each([undefined, 2])('a statement with an indentation of %s is parsed in pieces', (indent) => {
    const resources = Array.from({ length: 100 }, (_, i) => ({ name: `f"\\${i}é`, digest: 'ab' }));
    const value = { subject: [{ name: 'm' }], predicate: { resources, serialization: { ignore_paths: ['a'] } } };
    const payload = encodeUtf8(JSON.stringify(value, null, indent));
    for (const size of [1, 50, 1000, 1e6]) expect(parseInPieces(payload, size)).toStrictEqual(value);
  });

  const inList = (list: string, before = '') => `{${before}"predicate":{"resources":[${list}]}}`;
  const deep = (levels: number) => `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`;
  it.each([
    ['a duplicate member of a resource', inList('{"a":1},{"a":1,"a":2}')],
    ['a duplicate list', inList('{"a":1}', '"predicate":{"resources":[]},')],
    ['a comma after the last resource', inList('{"a":1},{"a":1},')],
    ['a resource with an unpaired surrogate', inList('{"a":"\\ud800"}')],
    ['bytes after the statement', `${inList('{"a":1},{"a":1}')}{}`],
    ['a list in another place', '{"predicate":{"a":{"resources":[{"a":1}]}}}'],
    ['a list in another member', '{"resources":[{"a":1}],"predicate":{"resources":[]}}'],
    ['a list in a string', '{"predicate":"{\\"resources\\":[{}]}"}'],
    ['a comma between resources that is in a string', inList('{"a":"},{"},{"a":"},{"}')],
    ['too deep a resource', inList(deep(61))],
  ])('a payload with %s is parsed as a whole', (_, text) => {
    expect(parseInPieces(encodeUtf8(text), 1)).toBeNull();
  });

  it('values count together in whichever pieces, also where no piece has a comma', { timeout: 240_000 }, () => {
    const most = 8 * MAX_RESOURCES;
    const of = (zeros: number) => encodeUtf8(inList('{},{}').replace('{"r', `{"a":[${'0,'.repeat(zeros - 1)}0],"r`));
    expect(attempt(() => parsePayload(of(most - 6)))).toBeNull();
    expect(parseInPieces(of(most - 6), 1)).toBeNull();
    expect(parseInPieces(of(most - 20), 1)).not.toBeNull();
  });

  it('the depth of a resource counts from the beginning of the statement', () => {
    const at = (levels: number) => encodeUtf8(inList(deep(levels)));
    expect(parseInPieces(at(60), 1)).toStrictEqual(parseWhole(at(60)));
    expect(attempt(() => parseWhole(at(61)))).toBeNull();
  });
});

describe('a bundle whose payload is read apart', () => {
  const payload = Buffer.from('payload '.repeat(20)).toString('base64');
  const bundle = (dsseEnvelope: unknown, more: object = {}) => JSON.stringify({ ...more, dsseEnvelope, end: '' });
  const apart = (text: string) => readPayloadApart(encodeUtf8(text), 100);

  it('a bundle whose payload is read apart has the value of the whole, whatever its faults', () => {
    const texts = [
      bundle({ payload, sig: 'x' }),
      bundle({ sig: payload, payload: 'x' }),
      bundle({ payload }, { payload }),
    ];
    fc.assert(
      fc.property(fc.constantFrom(...texts), changes, (text, all) => {
        const changedText = changed(text, all);
        const found = apart(changedText);
        if (found === null) return;
        const whole = parseBundleJson(encodeUtf8(changedText)) as { dsseEnvelope: { payload: string } };
        expect(found.payload).toEqual(decodeBase64(whole.dsseEnvelope.payload, 'x'));
        const envelope = (found.value as typeof whole).dsseEnvelope;
        whole.dsseEnvelope.payload = envelope.payload;
        expect(found.value).toStrictEqual(whole);
      }),
      { numRuns: 3000 },
    );
  });

  it('a long payload is read apart', () => {
    expect(apart(bundle({ payload }))?.payload).toEqual(decodeBase64(payload, 'x'));
  });

  it.each([
    ['a long string that is not the payload', bundle({ payload: 'YWJj', sig: payload })],
    ['a payload in another alphabet', bundle({ payload: payload.replace(/.$/, '_') })],
    ['a payload with an escape', bundle({ payload }).replace(payload, `${payload.slice(0, -4)}\\u0041AAA`)],
    ['a payload with a line feed', bundle({ payload: `${payload}\n` })],
    ['a payload twice', `{"dsseEnvelope":{"payload":"${payload}","payload":"YWJj"}}`],
    ['a long string in a string', bundle({ payload: `"${payload}"` })],
    ['a short payload', bundle({ payload: 'YWJj' })],
    ['a long payload in another object', bundle({ payload: 'YWJj' }, { a: { payload } })],
  ])('a bundle with %s is read as a whole', (_, text) => {
    expect(apart(text)).toBeNull();
  });
});
