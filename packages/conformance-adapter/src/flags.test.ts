import { expect, test } from 'vitest';
import { BadCall } from './arguments.ts';
import { capabilities, parseFlags } from './flags.ts';

test('the adapter reads texts, lists and switches, and lets a value look like a flag', () => {
  const words = ['--method', 'key', '--ignore-paths', '--a', '--ignore-paths', 'b', '--strict'];
  expect({ ...parseFlags(words) }).toEqual({ method: 'key', 'ignore-paths': ['--a', 'b'], strict: true });
});

test.each([['model'], ['--unknown'], ['--method'], ['--strict=yes'], ['-m', 'key']])(
  'the adapter refuses the call %s %s as wrong',
  (...words) => {
    expect(() => parseFlags(words)).toThrow(BadCall);
  },
);

test('an adapter declares every optional flag but those that its program lacks', () => {
  expect(capabilities(true)).toHaveProperty('flags', expect.arrayContaining(['--draft', '--extension']));
  const { flags } = capabilities(false, ['extension']) as { readonly flags: readonly string[] };
  expect(flags).toContain('--draft');
  expect(flags).not.toContain('--extension');
});
