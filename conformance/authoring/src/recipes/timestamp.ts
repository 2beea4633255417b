import { integer, sequence } from '@model-signing/testing/der';
import { makeToken } from '@model-signing/testing/timestamp-token';
import { signatureDer, type TestKey } from './keys.ts';

/** The contents of a timestamp, and the ways in which it can be wrong. */
export interface TimestampRecipe {
  /** The timestamped data. */
  readonly signature: Buffer;
  readonly time: string;
  readonly key: TestKey;
  readonly certificate: Buffer;
  readonly status?: number;
  /** The certificate that its attribute names, if it is not the signer's. */
  readonly named?: Buffer;
  /** Changes the signed content after signing. */
  readonly tamper?: (info: Buffer) => Buffer;
  /** Leaves the certificates of the authority out. */
  readonly bare?: boolean;
  readonly signatureOff?: boolean;
}

/** A response by RFC 3161, in DER. */
export function timestamp(recipe: TimestampRecipe): Buffer {
  const { signature, time, key, certificate, status = 0, named, tamper, bare = false, signatureOff } = recipe;
  if (status > 1) return sequence(sequence(integer(status)));
  const sign = (message: Uint8Array) => {
    const { r, s } = key.sign(message, 'sha256');
    return signatureDer({ r, s: signatureOff ? s - 1n : s });
  };
  return makeToken({
    signature,
    status,
    timeText: time.replace(/[-:T]/g, ''),
    policy: '1.3.6.1.4.1.57264.2',
    hashParameters: true,
    signer: { der: certificate, sign },
    ...(named && { bound: { der: named } }),
    ...(tamper && { tamper }),
    ...(bare && { certificates: [] }),
  });
}
