import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeRecord, MAX_RECORD_BYTES, parseRecord } from './reuse-record.ts';

const bundle = 'ab'.repeat(32);
const entry = ['weights.bin', '65024', '17', '70000', '1795932377014144466', '-1'];
const valid = { format: 'model-signing-reuse/1', bundle, files: [entry] };

const parse = (value: unknown) => parseRecord(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));

describe('a record', () => {
  it('a record is read as it was written, and holds no digest but that of the bundle', () => {
    const number = fc.bigInt({ min: -(10n ** 18n), max: 10n ** 19n }).map(String);
    const state = fc.array(number, { minLength: 5, maxLength: 5 }).map((parts) => parts.join(':'));
    const files = fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), state)).map((all) => new Map(all));
    fc.assert(
      fc.property(files, (states) => {
        const text = encodeRecord({ bundle, files: states }) as string;
        expect(parseRecord(Buffer.from(text))).toEqual({ bundle, files: states });
      }),
    );
  });

  it('a valid record is accepted', () => {
    expect(parse(valid)).toEqual({ bundle, files: new Map([['weights.bin', entry.slice(1).join(':')]]) });
  });

  it.each<[string, unknown, RegExp]>([
    ['another format', { ...valid, format: 'model-signing-reuse/2' }, /its format/],
    ['no bundle', { ...valid, bundle: undefined }, /no signature/],
    ['a bundle that is no digest', { ...valid, bundle: `${bundle}0` }, /no signature/],
    ['a digest in capitals', { ...valid, bundle: bundle.toUpperCase() }, /no signature/],
    ['another member', { ...valid, digests: [] }, /other members/],
    ['no list', { ...valid, files: {} }, /other members/],
    ['an entry with a digest', { ...valid, files: [[...entry, bundle]] }, /six parts/],
    ['an entry without a time', { ...valid, files: [entry.slice(0, -1)] }, /six parts/],
    ['a number that is no text', { ...valid, files: [entry.with(1, 65024 as never)] }, /five numbers/],
    ['a number with a sign', { ...valid, files: [entry.with(1, '+1')] }, /five numbers/],
    ['a number that is too long', { ...valid, files: [entry.with(1, '1'.repeat(21))] }, /five numbers/],
    ['a number with a separator', { ...valid, files: [entry.with(1, '1:2')] }, /five numbers/],
    ['an empty number', { ...valid, files: [entry.with(1, '')] }, /five numbers/],
    ['a name that is no text', { ...valid, files: [entry.with(0, null as never)] }, /five numbers/],
    ['a name twice', { ...valid, files: [entry, entry.with(2, '18')] }, /twice/],
    ['an array', [], /not a JSON object/],
    ['null', null, /not a JSON object/],
    ['something after it', `${JSON.stringify(valid)}{}`, /JSON/],
    ['a member twice', JSON.stringify(valid).replace('{', `{"bundle":"${bundle}",`), /bundle/],
    ['deeper nesting', { ...valid, files: [[['weights.bin']]] }, /deep|level/i],
    ['no JSON', 'x', /JSON/],
    ['nothing', '', /JSON/],
  ])('a record is refused with %s', (_, value, message) => {
    expect(() => parse(value)).toThrow(message);
  });

  it('a record that is too large is neither read nor written', () => {
    expect(() => parseRecord(new Uint8Array(MAX_RECORD_BYTES + 1))).toThrow(/bytes/);
    const name = 'n'.repeat(1_000_000);
    const files = new Map(Array.from({ length: 68 }, (_, index) => [`${name}${index}`, '1:2:3:4:5']));
    expect(encodeRecord({ bundle, files })).toBeNull();
  });
});
