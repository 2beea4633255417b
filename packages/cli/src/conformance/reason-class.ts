/** Codes of the library that tell more apart than the classes of the conformance suite, with their class. */
const classes: Readonly<Record<string, string>> = {
  'envelope/historical-form': 'statement/historical',
  'signer/certificate-too-large': 'signer/certificate-malformed',
  'signer/certificate-not-yet-valid': 'signer/certificate-expired',
  'signer/certificate-algorithm-weak': 'signer/certificate-path',
  'signer/certificate-algorithm-unsupported': 'signer/certificate-path',
  'signer/certificate-critical-extension': 'signer/certificate-path',
  'signer/certificate-not-a-ca': 'signer/certificate-path',
  'signer/certificate-path-length': 'signer/certificate-path',
  'signer/certificate-name-constraint': 'signer/certificate-path',
  'signer/certificate-budget': 'signer/certificate-path',
};

/** The suite's class for a code of the library; most are called alike. */
export function reasonClass(code: string): string {
  if (code.startsWith('signer/timestamp-')) return 'signer/timestamp-invalid';
  return classes[code] ?? code;
}
