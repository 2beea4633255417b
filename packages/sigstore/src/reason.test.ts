import { printable } from '@model-signing/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reasonOf } from './reason.ts';

const text = fc.string({ unit: 'binary', maxLength: 400 });
const secret = fc.string({ unit: fc.constantFrom(...'abcdefghij._-'), minLength: 40, maxLength: 200 });

/** Whether a text holds a piece of a secret that is long enough to be of use. */
function leaks(shown: string, secret: string): boolean {
  return Array.from({ length: secret.length - 11 }, (_, at) => secret.slice(at, at + 12)).some((piece) =>
    shown.includes(piece),
  );
}

describe('reasonOf', () => {
  it('the reason holds no piece of a secret, wherever the text has it and however much of it', () => {
    fc.assert(
      fc.property(text, secret, fc.nat(300), fc.nat(200), text, (before, secret, from, length, after) => {
        const message = `${before}${secret.slice(from % 20, (from % 20) + length)}${after}`;
        expect(leaks(reasonOf(new Error(message), secret), secret)).toBe(false);
        expect(leaks(reasonOf(new Error('it failed', { cause: new Error(message) }), secret), secret)).toBe(false);
      }),
    );
  });

  it.each([190, 195, 199, 285, 290, 299, 300])(
    'a secret is removed although the text is cut within it, at %i',
    (at) => {
      const secret = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzdWJqZWN0In0.c2lnbmF0dXJl';
      expect(reasonOf(new Error(' '.repeat(at) + secret), secret)).not.toMatch(/eyJ|c2l/);
    },
  );

  it('a short secret is removed where the text has it whole', () => {
    expect(reasonOf(new Error('the password is s3cret, not secret'), 's3cret', undefined, '')).toBe(
      'the password is (secret), not secret',
    );
  });

  it('whatever looks like a token is removed, although it is not known', () => {
    const token = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzdWJqZWN0In0.c2lnbmF0dXJl';
    for (const text of [token, token.slice(0, 30), token.slice(0, 15), `"${token}"`]) {
      expect(reasonOf(new Error(`it failed with ${text}`))).toMatch(/^it failed with (?:\\")?\(secret\)(?:\\")?$/);
    }
  });

  it('a secret is removed as it is sent in a form too', () => {
    const reason = reasonOf(new Error('client_secret=p%2Fs+w%26x&x=p%2Fs%20w%26x'), 'p/s w&x');
    expect(reason).toBe('client_secret=(secret)&x=(secret)');
  });

  it('the reason is printable, and bounded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (message) => {
        const reason = reasonOf(new Error(message));
        expect(reason.length).toBeLessThanOrEqual(4000);
        expect(printable(reason)).toBe(reason);
      }),
    );
  });

  it('the reason for what is not JSON does not quote it', () => {
    const parse = (text: string) => {
      try {
        return JSON.parse(text);
      } catch (error) {
        return error;
      }
    };
    const error = parse('eyJhbGciOi');
    expect(reasonOf(error)).not.toContain('eyJ');
    expect(reasonOf(new Error('its response cannot be read', { cause: error }))).toBe('its response cannot be read');
  });

  it('the reason says once that a host cannot be found', () => {
    const cause = Object.assign(new Error('getaddrinfo ENOTFOUND host.example'), { code: 'ENOTFOUND' });
    expect(reasonOf(new Error('it could not be reached (ENOTFOUND)', { cause }))).toBe(
      'it could not be reached (ENOTFOUND)',
    );
  });
});
