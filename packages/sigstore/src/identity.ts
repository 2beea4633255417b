import { OmsError, printable, quote } from '@model-signing/core';

/** The signer that the caller expects. */
export interface ExpectedSigner {
  /** The identity as the certificate names it, compared exactly. */
  readonly identity?: string | undefined;
  /** Instead of `identity`: a pattern in RE2 syntax that must match the whole identity. */
  readonly identityPattern?: string | undefined;
  /** The issuer of the identity, such as `https://accounts.google.com`, compared exactly. */
  readonly issuer: string;
}

/** Far longer than any useful pattern, and still fast to compile. */
const MAX_PATTERN = 1000;

type Check = (found: { readonly identity: string; readonly issuer: string }) => void;

/**
 * Compiles what the caller expects into a check that throws (OMS-SIGSTORE-5, OMS-SIGSTORE-15, OMS-SIGSTORE-16).
 * @throws {TypeError} if there is no expected identity, or both an identity and a pattern
 * @throws {SyntaxError} if the pattern is not valid RE2 syntax
 */
export async function signerCheck({ identity, identityPattern, issuer }: ExpectedSigner): Promise<Check> {
  if ((identity === undefined) === (identityPattern === undefined)) {
    throw new TypeError('give either an identity or an identity pattern');
  }
  const expected = (identity ?? identityPattern) as string;
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

/** RE2 matches in linear time for every pattern and identity. */
async function pattern(source: string): Promise<(identity: string) => boolean> {
  if (source.length > MAX_PATTERN) {
    throw new SyntaxError(`the identity pattern has more than ${MAX_PATTERN} characters`);
  }
  const { RE2JS } = await import('re2js');
  try {
    const compiled = RE2JS.compile(source);
    return (identity) => compiled.matches(identity);
  } catch (error) {
    const why = printable((error as Error).message);
    throw new SyntaxError(`the identity pattern is not in the syntax of RE2: ${why}`);
  }
}
