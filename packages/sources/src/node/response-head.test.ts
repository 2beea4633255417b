import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseHead } from './response-head.ts';

const plain = ['HTTP/1.1 206 Partial Content', 'Content-Length: 12', 'ETag: "a"', 'vary: a', 'Vary:\tb '];
const headOf = (lines: readonly string[]) => parseHead(lines.join('\r\n'));

describe('the head of a response', () => {
  it('a plain head is read: the status, the headers by lower-case names, and the length of the body', () => {
    const head = headOf(plain);
    expect(head).toMatchObject({ status: 206, length: 12, isLast: false });
    expect(Object.fromEntries(head?.headers ?? [])).toEqual({ 'content-length': '12', etag: '"a"', vary: 'a, b' });
  });

  it.each(['close', 'Close', 'upgrade', 'keep-alive, close'])(
    'after "connection: %s" the connection is not used again',
    (value) => {
      expect(headOf([...plain, `connection: ${value}`])).toMatchObject({ isLast: true });
      expect(headOf([...plain, 'connection: Keep-Alive'])).toMatchObject({ isLast: false });
    },
  );

  it.each<[string, readonly string[]]>([
    ['nothing', ['']],
    ['another version', ['HTTP/1.0 200 OK', 'content-length: 1']],
    ['an informational status', ['HTTP/1.1 103 Early Hints', 'content-length: 1']],
    ['a status without a body', ['HTTP/1.1 304 Not Modified', 'content-length: 1']],
    ['a status that is none', ['HTTP/1.1 2000 OK', 'content-length: 1']],
    ['no length', ['HTTP/1.1 200 OK']],
    ['two lengths', [...plain, 'content-length: 12']],
    ['two lengths in one', ['HTTP/1.1 200 OK', 'content-length: 1, 1']],
    ['a length with a sign', ['HTTP/1.1 200 OK', 'content-length: +1']],
    ['a length in other digits', ['HTTP/1.1 200 OK', 'content-length: 0x1']],
    ['a length that is too large', ['HTTP/1.1 200 OK', `content-length: ${'9'.repeat(16)}`]],
    ['a body in chunks', [...plain, 'Transfer-Encoding: chunked']],
    ['another encoding', [...plain, 'transfer-encoding: identity']],
    ['an upgrade', [...plain, 'upgrade: h2c']],
    ['a continued line', [...plain, ' more']],
    ['a space before the colon', [...plain, 'a : b']],
    ['a line without a colon', [...plain, 'abc']],
    ['a bare line feed', [...plain, 'a: b\nc: d']],
    ['a bare carriage return', [...plain, 'a: b\rc']],
    ['a NUL', [...plain, 'a: \0']],
    ['a bare line feed at the end of a line', [...plain, 'a: b\n']],
    ['a bare carriage return at the end of a line', [...plain, 'a: b\r']],
    ['a vertical tab beside a length', ['HTTP/1.1 200 OK', 'content-length: 3\v']],
    ['a no-break space beside a length', ['HTTP/1.1 200 OK', 'content-length: \xa03']],
    ['two ranges', [...plain, 'content-range: bytes 0-1/2', 'content-range: bytes 0-1/2']],
  ])('a head with %s is left to a full client', (_, lines) => {
    expect(headOf(lines)).toBeNull();
  });

  it('any text is read or left to a full client', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        parseHead(text);
        parseHead(`${plain.join('\r\n')}\r\n${text}`);
      }),
    );
    expect(parseHead(`${plain.join('\r\n')}\r\na: ${' '.repeat(60_000)}x`)).not.toBeNull();
  });
});
