/** Encodes a signature of a token, r and s of the same length one after the other, as `Ecdsa-Sig-Value` in ASN.1 DER. */
export function encodeEcdsaSignature(both: Uint8Array): Uint8Array {
  const half = both.length / 2;
  return element(0x30, integer(both.subarray(0, half)), integer(both.subarray(half)));
}

function integer(octets: Uint8Array): Uint8Array {
  const first = octets.findIndex((octet) => octet !== 0);
  const digits = first === -1 ? Uint8Array.of(0) : octets.subarray(first);
  // The first bit is the sign.
  return element(0x02, (digits[0] as number) < 0x80 ? digits : Uint8Array.of(0, ...digits));
}

/** The two halves of a signature on P-521 take 138 bytes, so two bytes hold every length. */
function element(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(contents);
  const length = body.length < 0x80 ? [body.length] : [0x81, body.length];
  return Uint8Array.from([tag, ...length, ...body]);
}
