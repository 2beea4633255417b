import fc from 'fast-check';
import { expect, it } from 'vitest';
import { memberBytes } from './member.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const found = (text: string, name = 'a') => {
  const bytes = memberBytes(bytesOf(text), name);
  return bytes && new TextDecoder().decode(bytes);
};

it.each([
  ['{"a":12345678901234567890}', '12345678901234567890'],
  ['{"a": 1e400 }', '1e400'],
  ['{"b":{"a":1},"a":\n{ "c" : [1.0, {"a":2}] }\n,"d":3}', '{ "c" : [1.0, {"a":2}] }'],
  ['{"\\u0061":"}\\",{"}', '"}\\",{"'],
  ['{"b":"a","c":["a",":"],"a":null}', 'null'],
  ['{"a":[]}', '[]'],
])('the value of a member of %s is the text that stands there', (document, value) => {
  expect(found(document)).toBe(value);
});

it.each(['{}', '{"b":{"a":1}}', '{"b":"a"}', '{"b":["a",{"a":1}]}'])(
  'a member that is not in %s itself is not found',
  (document) => expect(found(document)).toBeNull(),
);

it('the value of any member of any object is the text that it is written as', () => {
  const json = fc.jsonValue();
  fc.assert(
    fc.property(fc.dictionary(fc.string(), json), fc.constantFrom(0, 2), (object, indent) => {
      const document = JSON.stringify(object, null, indent);
      for (const [name, value] of Object.entries(object)) {
        expect(JSON.parse(found(document, name) as string)).toEqual(JSON.parse(JSON.stringify(value)));
      }
    }),
  );
});
