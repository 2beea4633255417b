import { expect, it } from 'vitest';
import { encodeUtf8 } from './encoding.ts';
import { preAuthenticationEncoding } from './pae.ts';

it('the pre-authentication encoding has lengths in bytes', () => {
  const pieces = preAuthenticationEncoding('http://example.com/HelloWörld', encodeUtf8('hello wörld'));
  expect(Buffer.concat(pieces).toString()).toBe('DSSEv1 30 http://example.com/HelloWörld 12 hello wörld');
});
