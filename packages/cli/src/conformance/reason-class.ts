/** The suite's class for a code of the library; all but one are called alike. */
export function reasonClass(code: string): string {
  return code === 'signer/timestamp-nonce' ? 'signer/timestamp-invalid' : code;
}
