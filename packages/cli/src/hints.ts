import type { ErrorCode, OmsError } from '@model-signing/core';

const otherKey = 'compare the key hint that model-signing inspect shows with the key that you expect';

const whoSigned = 'accept this signer only if you know them: anyone can sign with an identity of their own';

/** What a user can do about an error, by its code. */
const hints: Partial<Record<ErrorCode, string>> = {
  'bundle/not-json': 'is this the signature file, such as model.sig?',
  'bundle/malformed': 'is this the signature file, such as model.sig?',
  'signer/method-mismatch': 'model-signing inspect shows how the model was signed',
  'signer/key-mismatch': otherKey,
  'signer/key-unreadable':
    'keys are read in PEM form; openssl pkey -in KEY -pubout prints the public half of a private key',
  'signer/passphrase-missing': 'give it with --passphrase-file FILE, or with --passphrase-file - on standard input',
  'signer/identity-mismatch': whoSigned,
  'signer/issuer-mismatch': whoSigned,
  'signer/token-missing': 'give one with --identity-token-file, or leave out --use-ambient-credentials to sign in',
  'signer/trust-missing': 'fetch it once with --refresh-trust',
  'signer/trust-cache': '--refresh-trust fetches the current trust root, and replaces the stored one',
  'signer/trust-outdated': 'fetch the current trust root with --refresh-trust',
  'signer/historical-key': 'leave out --strict to accept the historical form',
  'signer/certificate-unreadable':
    'certificates are read in PEM form; openssl x509 -inform DER -in CERT converts a binary one',
  'signer/certificate-mismatch': 'openssl x509 -in CERT -pubkey -noout prints the public key in a certificate',
  'signer/certificate-untrusted':
    'name what you trust: --certificate-chain for certificates, --trusted-root or --trust-config for a private Sigstore',
  'signer/certificate-not-yet-valid': 'is the clock of this machine correct?',
  'signer/certificate-usage':
    '--any-usage accepts any certificate for digital signatures or code signing, even that of a web server',
  'signer/certificate-expired':
    'a signature with a timestamp outlives its certificate (--timestamp-roots); --verification-time verifies an archive',
  'signer/timestamp-ignored': 'name the authority of the timestamp with --timestamp-roots',
  'signer/timestamp-untrusted': 'name the root of the timestamp authority with --timestamp-roots',
  'signer/timestamp-unavailable': 'is --timestamp-url correct, and is the authority reachable from this machine?',
  'signer/historical-certificate': 'leave out --strict to accept the historical form',
  'envelope/historical-form': 'leave out --strict to accept the historical form',
  'manifest/unsorted': 'leave out --strict to accept it, or ask the signer to sign again',
  'manifest/single-file-name': 'leave out --strict to accept it, or ask the signer to sign again',
  'model/empty-file-unsigned': 'leave out --strict to accept empty files that the signature does not cover',
  'model/symlink': 'follow links with --allow-symlinks, or leave this one out with --ignore-paths',
  'model/symlink-outside': 'follow links out of the model with --allow-external-symlinks',
  'model/unsupported-file': 'leave it out with --ignore-paths',
  'model/changed': 'make sure that nothing writes to the model, and try again',
};

/** The hints that depend on the requirement, which override those by code. */
const hintsByRequirement: Partial<Record<NonNullable<OmsError['requirement']>, string>> = {
  'OMS-LINK-8': 'leave it out with --ignore-paths',
  'OMS-SIGSTORE-8': 'a private instance of Sigstore needs its own --trusted-root or --trust-config',
  'OMS-SIGSTORE-9': 'model-signing inspect shows what the certificate says',
  'OMS-SIGSTORE-14': 'model-signing inspect shows what the certificate says',
};

/** The hints for an error of the library, one line each. */
export function hintsFor(error: OmsError): string[] {
  if (error.code === 'model/mismatch') {
    const unsigned = error.differences.some(({ kind }) => kind === 'unsigned');
    return unsigned
      ? ['--ignore-unsigned-files accepts files that are not signed; --ignore-paths leaves some out']
      : [];
  }
  if (error.code === 'statement/predicate-type' && error.message.includes('/draft/')) {
    return ['it is signed in a draft of the format, which --draft accepts if this version knows it'];
  }
  if (error.code === 'signer/trust-cache' && error.message.includes('the directory ')) {
    return ['make that directory writable by you alone, with chmod go-w, or remove the stored file'];
  }
  // The hints for this code help a verifier, not a signer.
  if (error.requirement === 'OMS-CERT-10' && error.code === 'signer/certificate-expired') {
    return ['sign with a certificate that is valid now: a timestamp does not help an expired one'];
  }
  if (error.requirement === 'OMS-LINK-10') return []; // the model path is a link, and the message says what to do
  const hint = (error.requirement && hintsByRequirement[error.requirement]) ?? hints[error.code];
  return hint === undefined ? [] : [hint];
}
