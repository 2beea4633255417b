import { describe, expect, it } from 'vitest';
import { refusal } from './testing/refusal.ts';
import { checkToken } from './token.ts';

const now = Date.parse('2026-01-01T12:00:00Z');
const valid = {
  iss: 'https://issuer.example',
  aud: 'sigstore',
  sub: 'someone',
  exp: now / 1000 + 60,
};

const encoded = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url');

function token(claims: unknown, header: unknown = { alg: 'ES256' }): string {
  return `${encoded(header)}.${encoded(claims)}.c2ln`;
}

const check = (raw: string) => checkToken(raw, 'sigstore', now);

describe('checkToken', () => {
  it.each([
    ['for one audience', valid],
    ['for several audiences', { ...valid, aud: ['other', 'sigstore'] }],
    ['with a verified email address', { ...valid, email: 'a@example.com', email_verified: true }],
    ['from an issuer whose clock is slightly ahead', { ...valid, nbf: now / 1000 + 30 }],
  ])('a token %s is accepted', (_, claims) => {
    expect(check(token(claims)).raw).toBe(token(claims));
  });

  it('a token with a line break at its end is accepted', () => {
    expect(check(`${token(valid)}\n`).raw).toBe(token(valid));
  });

  it.each([
    ['a byte order mark', Buffer.from(`\ufeff${JSON.stringify(valid)}`)],
    ['bytes that are not UTF-8', Buffer.from(JSON.stringify({ ...valid, sub: '\u00e9' }), 'latin1')],
  ])('a token whose claims have %s is refused', async (_, claims) => {
    await refusal('signer/token-invalid', () =>
      check(`${encoded({ alg: 'ES256' })}.${claims.toString('base64url')}.c2ln`),
    );
  });

  it.each([
    ['signer/token-invalid', 'no subject', { ...valid, sub: undefined }],
    ['signer/token-invalid', 'an unverified email address', { ...valid, email: 'a@example.com' }],
    ['signer/token-invalid', 'no issuer', { ...valid, iss: undefined }],
    ['signer/token-invalid', 'no expiry', { ...valid, exp: undefined }],
    ['signer/token-invalid', 'a start in the future', { ...valid, nbf: now / 1000 + 3600 }],
    ['signer/token-invalid', 'claims that are not an object', [1]],
    ['signer/token-audience', 'another audience', { ...valid, aud: 'other' }],
    ['signer/token-audience', 'no audience', { ...valid, aud: undefined }],
    ['signer/token-audience', 'an audience that contains the right one', { ...valid, aud: 'sigstore.example' }],
    ['signer/token-expired', 'an expiry that has passed', { ...valid, exp: now / 1000 }],
  ] as const)('the code is %s for a token with %s', async (code, _, claims) => {
    const { message } = await refusal(code, () => check(token(claims)));
    expect(message).not.toContain(encoded(claims).slice(0, 16));
  });

  it('a token for other audiences is refused with the names of three of them', async () => {
    const { message } = await refusal('signer/token-audience', () =>
      check(token({ ...valid, aud: ['a', 'b', 'c', 'd'] })),
    );
    expect(message).toBe('the identity token is for "a", "b", "c", and must be for "sigstore"');
  });

  it.each([{ alg: 'none' }, { alg: 'None' }, {}, { alg: 1 }, null, [], 'ES256'])(
    'a token with the header %j is refused',
    async (header) => {
      await refusal('signer/token-invalid', () => check(token(valid, header)));
    },
  );

  it.each([
    '',
    'secret',
    'a.b',
    'a.b.c.d',
    'e30.!!!.c2ln',
    'e30.c2VjcmV0.c2ln',
    'e30..c2ln',
    `e30.${'A'.repeat(70_000)}.c2ln`,
  ])('text that is not a token is refused without being repeated (case %#)', async (raw) => {
    const { message } = await refusal('signer/token-invalid', () => check(raw));
    expect(message).not.toMatch(/secret|c2VjcmV0|!!!/);
  });
});
