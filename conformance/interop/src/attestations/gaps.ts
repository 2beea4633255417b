/** Why tools of Sigstore refuse bundles that are sound: each reason is known by what the tool prints. */
import type { ReaderName } from './readers.ts';

interface Gap {
  /** In the record. */
  readonly id: string;
  readonly reader: ReaderName;
  /** What it prints. */
  readonly prints: RegExp;
  /** A sentence for the table. */
  readonly reason: string;
}

export const GAPS: readonly Gap[] = [
  {
    id: 'go-port',
    reader: 'sigstore-go',
    prints: /note has no verifiable signatures/,
    reason:
      'It takes the name of a log of version 2 from its address without the port, and the private log has one in its name. The public log has none.',
  },
  {
    id: 'js-hash',
    reader: '@sigstore/verify',
    prints: /SIGNATURE_ERROR: signature verification failed/,
    reason:
      'With a bare key it hashes with SHA-256, whatever the curve, where the other tools take SHA-384 for P-384 and SHA-512 for P-521. P-256 is the curve of which all are certain.',
  },
  {
    id: 'js-chain',
    reader: '@sigstore/verify',
    prints: /^Error : invalid bundle$/,
    reason:
      'It refuses a chain of certificates in a bundle of version 0.3, which is what this format demands. sigstore-go refuses one too, unless its caller allows it, as here; so does cosign without --allow-certificate-chain.',
  },
  {
    id: 'python-certificate',
    reader: 'sigstore-python',
    prints: /InvalidBundle: expected certificate in bundle/,
    reason: 'It reads bundles with one certificate of Fulcio alone, and none with a key or a chain.',
  },
  {
    id: 'python-log',
    reader: 'sigstore-python',
    prints: /verificationMaterial\.tlogEntries\s+Field required/,
    reason: 'It demands the member tlogEntries, which cosign and sigstore-go leave out where nothing is logged.',
  },
];

/**
 * The reason for which a reader refused.
 * @throws {Error} if none is known
 */
export function gapFor(reader: ReaderName, printed: string, about: string): string {
  const found = GAPS.find((gap) => gap.reader === reader && gap.prints.test(printed));
  if (found) return found.id;
  throw new Error(`${reader} refuses ${about} for a reason that is not in gaps.ts:\n${printed.trim()}`);
}
