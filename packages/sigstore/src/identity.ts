import { OmsError, quote } from '@model-signing/core';

/** Whom the caller expects to have signed. */
export interface ExpectedSigner {
  /** The identity as the certificate names it, compared exactly. */
  readonly identity?: string | undefined;
  /** In place of `identity`: a pattern in the syntax of RE2 that the whole identity has to match. */
  readonly identityPattern?: string | undefined;
  /** The issuer of the identity, such as `https://accounts.google.com`, compared exactly. */
  readonly issuer: string;
}

/** Far more than any pattern needs, far less than takes time to compile. */
const MAX_PATTERN = 1000;

type Check = (found: { readonly identity: string; readonly issuer: string }) => void;

/**
 * Compiles what the caller expects into a check that throws (OMS-SIGSTORE-5, OMS-SIGSTORE-15, OMS-SIGSTORE-16).
 * @throws {TypeError} if nothing or two things are expected, since that would accept anybody or nobody
 * @throws {SyntaxError} if the pattern is not one
 */
export async function signerCheck({ identity, identityPattern, issuer }: ExpectedSigner): Promise<Check> {
  if (typeof issuer !== 'string' || issuer === '') throw new TypeError('the expected issuer must be a text, not empty');
  if ((identity === undefined) === (identityPattern === undefined)) {
    throw new TypeError('either an identity or an identity pattern must be expected');
  }
  const expected = identity ?? identityPattern;
  if (typeof expected !== 'string' || expected === '') {
    throw new TypeError('the expected identity must be a text, not empty');
  }
  const matches = identityPattern === undefined ? exactly(expected) : await pattern(expected);
  const wanted = identityPattern === undefined ? quote(expected) : `one that matches ${quote(expected)}`;
  return (found) => {
    if (!matches(found.identity)) {
      throw new OmsError('signer/identity-mismatch', `the model was signed by ${quote(found.identity)}, not ${wanted}`);
    }
    if (found.issuer !== issuer) {
      throw new OmsError(
        'signer/issuer-mismatch',
        `the signer's identity was issued by ${quote(found.issuer)}, not by ${quote(issuer)}`,
      );
    }
  };
}

function exactly(expected: string): (identity: string) => boolean {
  return (identity) => identity === expected;
}

/** In linear time, whatever the pattern and the identity. */
async function pattern(source: string): Promise<(identity: string) => boolean> {
  if (source.length > MAX_PATTERN) {
    throw new SyntaxError(`the identity pattern has more than ${MAX_PATTERN} characters`);
  }
  const { RE2JS } = await import('re2js');
  try {
    const compiled = RE2JS.compile(source);
    return (identity) => compiled.matches(identity);
  } catch (error) {
    throw new SyntaxError(`the identity pattern is not in the syntax of RE2: ${(error as Error).message}`);
  }
}
