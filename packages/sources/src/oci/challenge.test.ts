import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseChallenges } from './challenge.ts';

const read = (header: string) =>
  parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);

it.each<[string, unknown]>([
  [
    'Bearer realm="https://auth.example/token",service="registry",scope="repository:a/b:pull,push"',
    [['bearer', { realm: 'https://auth.example/token', service: 'registry', scope: 'repository:a/b:pull,push' }]],
  ],
  [
    'Basic realm="a, b", Bearer realm="c"',
    [
      ['basic', { realm: 'a, b' }],
      ['bearer', { realm: 'c' }],
    ],
  ],
  [
    'Negotiate, BASIC Realm = "x"',
    [
      ['negotiate', {}],
      ['basic', { realm: 'x' }],
    ],
  ],
  ['Bearer realm="a\\"b\\\\c"', [['bearer', { realm: 'a"b\\c' }]]],
  ['Bearer realm=plain, service=', [['bearer', { realm: 'plain', service: '' }]]],
  ['Bearer realm="first", realm="second"', [['bearer', { realm: 'first' }]]],
  ['Bearer realm="not closed', [['bearer', { realm: '' }]]],
  ['', []],
  ['"', []],
  ['realm="without a scheme"', [['realm', {}]]],
])('the challenge %j is read', (header, expected) => {
  expect(read(header)).toEqual(expected);
});

it('any header is read in time linear in its length', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(Array.isArray(read(text))).toBe(true);
    }),
  );
  for (const piece of ['"', '\\', '="', 'a=', ', ', 'a "\\', '=']) {
    expect(read(piece.repeat(1_000_000)).length).toBeLessThan(10_000);
  }
});
