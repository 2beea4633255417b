import { layoutOf, readJson } from './layout.ts';
import { isObject } from './schema-documents.ts';

/** A JSON value that a test may take apart. */
// biome-ignore lint/suspicious/noExplicitAny: tests break documents in any place
export type Loose = any;

/** A fresh copy of an example that a test may change. */
export function exampleDocument(
  name: 'bundle-key' | 'envelope' | 'statement' | 'predicate-files' | 'predicate-shards',
  version: 'v1.0' | 'v1.1' = 'v1.0',
): Loose {
  const document = readJson(`${layoutOf(version).examples}/${name}.json`);
  if (!isObject(document)) throw new Error(`${name} is not an object`);
  return document;
}

/** A bundle of the method `certificate`, with placeholders for the certificates. */
export function certificateBundle(): Loose {
  const bundle = exampleDocument('bundle-key');
  bundle.verificationMaterial = {
    x509CertificateChain: { certificates: [{ rawBytes: 'QUJD' }, { rawBytes: 'REVG' }] },
    tlogEntries: [],
  };
  return bundle;
}

/** A bundle of the method `sigstore`, with the first entry of a log, whose index 0 is left out in JSON. */
export function sigstoreBundle(): Loose {
  const bundle = exampleDocument('bundle-key');
  bundle.verificationMaterial = {
    certificate: { rawBytes: 'QUJD' },
    tlogEntries: [
      {
        logId: { keyId: 'QUJD' },
        kindVersion: { kind: 'dsse', version: '0.0.1' },
        integratedTime: '1700000000',
        inclusionPromise: { signedEntryTimestamp: 'QUJD' },
        canonicalizedBody: 'QUJD',
      },
    ],
    timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp: 'QUJD' }] },
  };
  return bundle;
}
