import { expect, it } from 'vitest';
import { requireLoopback } from './registry.ts';

it.each(['http://127.0.0.1:4873/', 'http://localhost:1/', 'http://[::1]:1/'])(
  'a release may be rehearsed on %s',
  (url) => {
    expect(() => requireLoopback(url)).not.toThrow();
  },
);

it.each([
  'https://packages.example/',
  'http://127.0.0.1.packages.example/',
  'http://localhost@packages.example/',
  'http://10.0.0.1/',
])('a release is not rehearsed on %s', (url) => {
  expect(() => requireLoopback(url)).toThrow('on loopback only');
});
