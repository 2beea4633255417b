import type { Certificate } from '../certificate.ts';
import { X509Error } from '../errors.ts';
import { verifyPath } from '../path.ts';
import { parsePemCertificates } from '../pem.ts';
import { type LimboCase, timeOfCase } from './limbo.ts';

/**
 * Validates the chain of a case. The suite is about servers, so the usage of the leaf is not checked.
 * @throws {X509Error} if it is refused
 */
export function judgeCase(limboCase: LimboCase): void {
  const [leaf] = parsePemCertificates(limboCase.peer_certificate);
  const depth = limboCase.max_chain_depth;
  verifyPath({
    leaf: leaf as Certificate,
    intermediates: limboCase.untrusted_intermediates.flatMap(readable),
    anchors: limboCase.trusted_certs.flatMap(readable),
    time: timeOfCase(limboCase),
    usage: 'any',
    budgets: typeof depth === 'number' ? { depth } : {},
  });
}

/** Certificates that cannot be parsed are left out, as in a bundle. */
function readable(pem: string): Certificate[] {
  try {
    return parsePemCertificates(pem);
  } catch (error) {
    if (error instanceof X509Error) return [];
    throw error;
  }
}
