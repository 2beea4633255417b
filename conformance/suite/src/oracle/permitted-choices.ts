import type { RequirementId } from '../vectors/vector.ts';

/** Our requirement that speaks of a choice, and where the public text, or a document that it makes normative, permits it. */
export type Permission = readonly [RequirementId, `public text, ${string}` | `upstream: ${string}`];

/**
 * What a verifier may do although the oracle does not, with its permission. None of this is a defect, and no vector may fail it by
 * the public text.
 */
export const verifierChoices = {
  'json-takes-bom': ['OMS-JSON-10', 'upstream: RFC 8259, 8.1'],
  'base64-takes-excess-padding': ['OMS-JSON-9', 'upstream: RFC 4648, 3.3'],
  'base64-takes-stray-bits': ['OMS-JSON-9', 'upstream: RFC 4648, 3.5'],
  'base64-takes-unpadded': ['OMS-JSON-9', 'upstream: Protocol Buffers, JSON format of bytes'],
  'base64-takes-mixed': ['OMS-JSON-9', 'upstream: Protocol Buffers, JSON format of bytes'],
  'oldest-media-types-accepted': ['OMS-BUNDLE-11', 'upstream: sigstore_bundle.proto, Bundle.media_type'],
  'unknown-members-refused': ['OMS-BUNDLE-12', 'public text, 8.1'],
  'unknown-envelope-members-refused': ['OMS-BUNDLE-12', 'public text, 8.1'],
  'unknown-statement-members-refused': ['OMS-BUNDLE-12', 'public text, 8.3(3)'],
  'unknown-serialization-members-refused': ['OMS-BUNDLE-12', 'public text, 8.3(3)'],
  'null-materials-not-counted': ['OMS-METHOD-9', 'upstream: Protocol Buffers, JSON format of null'],
  'log-entries-refused': ['OMS-METHOD-6', 'upstream: sigstore_rekor.proto, TransparencyLogEntry'],
  'timestamps-refused-with-key': ['OMS-METHOD-8', 'upstream: sigstore_bundle.proto, TimestampVerificationData'],
  'hint-not-compared': ['OMS-KEY-4', 'upstream: sigstore_common.proto, PublicKeyIdentifier.hint'],
  'hint-of-any-form': ['OMS-KEY-5', 'public text, 4.1'],
  'hint-folds-case': ['OMS-KEY-5', 'public text, 4.1'],
  'hint-beside-raw-bytes': ['OMS-KEY-10', 'public text, 11.1'],
  'key-on-any-curve': ['OMS-ALG-6', 'upstream: Sigstore algorithm registry, Algorithm Registry'],
  'only-self-signed-anchors': ['OMS-CERT-11', 'public text, 8.2'],
  'expired-anchors-trusted': ['OMS-CERT-31', 'upstream: RFC 5280, 6.1'],
  'unsorted-refused': ['OMS-ORDER-3', 'public text, 5.2.1'],
  'root-digest-of-sorted': ['OMS-ORDER-2', 'public text, 6.5.1(1)'],
  'root-digest-unchecked': ['OMS-ROOT-3', 'public text, 6.5.1'],
  'algorithm-suffix-refused': ['OMS-RES-12', 'public text, 7'],
  'dot-refused': ['OMS-NAME-10', 'public text, 6.1.2(5)'],
  'singular-certificate-refused': ['OMS-HIST-7', 'public text, 4.1'],
  'historical-not-supported': ['OMS-HIST-4', 'public text, 5.1'],
  'unsigned-empty-refused': ['OMS-SHARD-11', 'public text, 8.5'],
  'shard-number-without-bound': ['OMS-SHARD-14', 'public text, 5.2.2'],
  'shard-size-without-bound': ['OMS-SHARD-14', 'public text, 5.2.2'],
  'exclusion-hides-listed': ['OMS-IGNORE-19', 'public text, 6.2.1'],
  'exclusions-on-single-file': ['OMS-MATCH-9', 'public text, 6.1(1)'],
  'ignore-path-with-wildcard': ['OMS-MATCH-6', 'public text, 6.2.1'],
  'ignore-path-with-backslash-refused': ['OMS-MATCH-13', 'public text, 6.2.1'],
  'excludes-gitmodules': ['OMS-IGNORE-15', 'public text, 6.2'],
  'skips-special-files': ['OMS-ENUM-6', 'public text, 6.1(1)'],
  'special-files-never-excluded': ['OMS-MATCH-8', 'public text, 6.1(1)'],
  'links-never-excluded': ['OMS-MATCH-8', 'public text, 6.1.1'],
  'follows-links-outside': ['OMS-LINK-6', 'public text, 6.1.1'],
  'skips-broken-links': ['OMS-LINK-7', 'public text, 6.1.1'],
  'links-by-the-manifest-alone': ['OMS-LINK-12', 'public text, 6.1.1'],
  'model-path-link-followed': ['OMS-LINK-10', 'public text, 6.1(1)'],
} as const satisfies Record<string, Permission>;

export type VerifierChoice = keyof typeof verifierChoices;

/** The same for what a signer may do and write. */
export const signerChoices = {
  'writes-no-log-entries': ['OMS-METHOD-4', 'public text, 4.1'],
  'writes-no-keyid': ['OMS-DSSE-6', 'public text, 4.1'],
  'writes-hint-as-keyid': ['OMS-DSSE-6', 'public text, 4.1'],
  'writes-timestamps': ['OMS-METHOD-7', 'public text, 4.1'],
  'writes-key-details': ['OMS-BUNDLE-9', 'public text, 8.1'],
  'writes-hint-in-capitals': ['OMS-KEY-1', 'public text, 4.1'],
  'hint-of-der': ['OMS-KEY-1', 'public text, 4.1'],
  'hint-without-last-line-feed': ['OMS-KEY-1', 'public text, 4.1'],
  'writes-base64-url': ['OMS-JSON-7', 'upstream: DSSE, protocol'],
  'writes-descriptor-annotations': ['OMS-BUNDLE-9', 'public text, 5.2.1'],
  'writes-sizes': ['OMS-BUNDLE-9', 'public text, 5.2.1'],
  'records-as-spelled': ['OMS-MATCH-11', 'public text, 6.2.1'],
  'records-unsorted': ['OMS-MATCH-7', 'public text, 5.2.2'],
  'key-on-any-curve': ['OMS-ALG-8', 'upstream: Sigstore algorithm registry, Algorithm Registry'],
  'exclusions-on-single-file': ['OMS-MATCH-9', 'public text, 6.1(1)'],
  'excludes-gitmodules': ['OMS-IGNORE-15', 'public text, 6.2'],
  'skips-special-files': ['OMS-ENUM-5', 'public text, 6.1(1)'],
  'special-files-never-excluded': ['OMS-MATCH-8', 'public text, 6.1(1)'],
  'links-never-excluded': ['OMS-MATCH-8', 'public text, 6.1.1'],
  'follows-links-outside': ['OMS-LINK-6', 'public text, 6.1.1'],
  'skips-broken-links': ['OMS-LINK-7', 'public text, 6.1.1'],
  'model-path-link-followed': ['OMS-LINK-10', 'public text, 6.1(1)'],
} as const satisfies Record<string, Permission>;

export type SignerChoice = keyof typeof signerChoices;
