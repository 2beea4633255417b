/**
 * The classes that a refusal or a warning can have, with what each means. A program names them in its result, or its
 * adapter finds them in its messages. Closed: a class never changes its meaning.
 */
export const reasonClasses = {
  'bundle/too-large': 'the bundle is larger, deeper or longer than the verifier reads',
  'bundle/not-json': 'the bundle is not UTF-8 or not JSON, or has a string without a UTF-8 form',
  'bundle/duplicate-member': 'an object of the bundle holds one member name twice',
  'bundle/not-base64': 'a binary member is not Base64 with padding',
  'bundle/media-type': 'the media type is absent or not the one of the format',
  'bundle/malformed': 'the bundle breaks its schema in another way',

  'signer/method-mismatch': 'the bundle was made with another method than the one asked for',
  'signer/material-ambiguous': 'the bundle identifies its signer in no way, or in more than one',
  'signer/key-mismatch': "the bundle's hint is not that of the caller's key",
  'signer/key-unsupported': 'the key has a curve or a type that the format does not support',
  'signer/historical-key': 'the key is named in a form used before version 1.1',
  'signer/certificate-malformed': 'a certificate cannot be read as DER',
  'signer/certificate-mismatch': 'the certificate to sign with is not that of the key',
  'signer/certificate-too-large': 'there are more or larger certificates than the verifier reads',
  'signer/certificate-algorithm-weak':
    'a certificate has a key or a signature by an algorithm that is broken or too weak',
  'signer/certificate-algorithm-unsupported':
    'a certificate has a key or a signature by an algorithm that is not supported',
  'signer/certificate-critical-extension': 'a certificate has a critical extension that is not understood',
  'signer/certificate-expired': 'a certificate of the path has expired',
  'signer/certificate-not-yet-valid': 'a certificate of the path is not valid yet',
  'signer/certificate-untrusted': 'no path leads from the certificate to one that the caller trusts',
  'signer/certificate-not-a-ca': 'a certificate that issued another is not a CA certificate',
  'signer/certificate-path-length': 'the path is longer than one of its certificates allows',
  'signer/certificate-name-constraint': 'a name violates a name constraint of the path',
  'signer/certificate-usage': 'the certificate, or one that issued it, is not meant for signing models',
  'signer/certificate-path': 'the path breaks another rule of RFC 5280',
  'signer/certificate-budget': 'the search for a path was given up',
  'signer/historical-certificate': 'the certificate stands alone, as a Go client wrote it',
  'signer/system-roots': 'the roots of the operating system are trusted',
  'signer/verification-time': 'the caller chose the verification time',
  'signer/timestamp-ignored': 'timestamps were ignored',
  'signer/timestamp-invalid': 'a timestamp is not valid, for any reason',
  'signer/timestamp-malformed': 'a timestamp cannot be read',
  'signer/timestamp-refused': 'the authority did not grant the timestamp',
  'signer/timestamp-imprint': 'the timestamp is for other data',
  'signer/timestamp-signature': "the timestamp's own signature is not valid",
  'signer/timestamp-signer': "the timestamp's signer is not the one that it names",
  'signer/timestamp-usage': "the certificate of the timestamp's signer is not meant for timestamps",
  'signer/timestamp-untrusted':
    "no path leads from the timestamp's signer to an authority that the caller trusts for timestamps",
  'signer/timestamp-expired': "a certificate of the timestamp's path had expired at the time of the timestamp",
  'signer/timestamp-not-yet-valid':
    "a certificate of the timestamp's path was not yet valid at the time of the timestamp",
  'signer/timestamp-path': 'the path of the timestamp breaks another rule of RFC 5280',
  'signer/identity-mismatch': "the certificate's identity is not the expected one",
  'signer/issuer-mismatch': "the identity's issuer is not the expected one",
  'signer/log-missing': 'there is no entry in a transparency log',
  'signer/log-invalid': 'an entry in a transparency log is not valid',
  'signer/sct-invalid': "the certificate's signed certificate timestamp is missing or not valid",

  'envelope/payload-type': 'the payload type is not the one of the format',
  'envelope/signature-count': 'there is no signature, or more than one',
  'envelope/signature-invalid': 'the signature is not valid, or is not in DER',
  'envelope/historical-form': 'predicate and signature are in the form of version 0.2.0 and before',

  'statement/too-large': 'the payload is larger, deeper or longer than the verifier reads',
  'statement/not-json': 'the payload is not UTF-8 or not JSON, or has a string without a UTF-8 form',
  'statement/duplicate-member': 'an object of the payload holds one member name twice',
  'statement/type': 'the statement type is not the one of the format',
  'statement/predicate-type': 'the predicate type is not one that the verifier accepts',
  'statement/subject': 'there is no subject, or more than one, or one without a root digest',
  'statement/malformed': 'the statement breaks its schema in another way',
  'statement/attestation-missing': 'there is no attestation of a required type about the model by the signer',

  'manifest/malformed': 'the predicate breaks its schema',
  'manifest/empty': 'no resource is listed',
  'manifest/too-many-resources': 'more resources are listed than the implementation accepts',
  'manifest/name-invalid': 'a resource has a name that is not canonical',
  'manifest/name-duplicate': 'two resources have the same name',
  'manifest/unsorted': 'the resources are not in code-point order',
  'manifest/digest-invalid': 'a digest has a length or characters that its algorithm does not produce',
  'manifest/algorithm-mismatch': "a resource's algorithm is not the recorded one",
  'manifest/algorithm-suffix': "the resources' algorithm repeats the shard size",
  'manifest/algorithm-unsupported': 'the digest algorithm is unknown or not supported',
  'manifest/method-unsupported': 'the serialization method is unknown or not supported',
  'manifest/shard-size-invalid': 'the shard size is not an integer in range',
  'manifest/shard-invalid': 'a shard has a name without a valid range',
  'manifest/shard-coverage': "a file's shards do not match the shard size",
  'manifest/ignore-path-invalid': 'an excluded path is not a canonical name or holds a wildcard',
  'manifest/single-file-name': 'the single file is called "."',
  'manifest/root-digest-mismatch': 'the root digest is not that of the resources',

  'model/modified': 'a listed file has different content',
  'model/missing': 'a listed file is missing',
  'model/unsigned': 'a file is neither listed nor excluded',
  'model/empty': 'the model has no files',
  'model/too-many-files': 'the model has more entries than the implementation accepts',
  'model/unsupported-file': 'an entry is neither a file nor a directory, or cannot be read',
  'model/symlink': 'an entry is a link that is not followed',
  'model/symlink-outside': 'a link points outside the model',
  'model/symlink-broken': 'a link is broken, or points to a directory that contains it',
  'model/name-not-utf8': 'an entry has a name that is not UTF-8',
  'model/ignore-path-outside': 'a path to exclude lies outside the model',
  'model/changed': 'a file changed while it was read',
  'model/ignored-files': 'the model has an ignored path that the caller does not accept',
  'model/not-signed': 'a file or directory that the caller names is not listed',
  'model/listing-invalid':
    'what a store lists as the model is malformed, or has a name twice, a name that is not canonical, or another digest than SHA-256',
  'model/digest-unavailable': 'a store states no digest that can be compared with the signed one',
  'model/empty-file-unsigned': 'an empty file is unlisted, because shards cannot list it',

  'policy/invalid': 'the policy is malformed or contradicts itself',
  'policy/file-unusable': 'a file that the policy names cannot be read, or is not what it must be',
  'policy/no-rule': 'no rule of the policy is for the name',
  'policy/rejected': 'the rule for the name refuses every model',
  'policy/signer': 'no signature is by a signer that the rule counts',
  'policy/threshold': 'fewer signers than the rule demands have signed',
  'policy/requirement': 'what a signer of the rule signed does not meet another requirement of the rule',
  'policy/revoked': 'the signer or what was signed is revoked',
  'policy/attestation':
    'there is no attestation of a type that the rule requires, by a signer whom it names for that type',
} as const;

/** The classes that the draft of the format adds. */
const draftReasonClasses = {
  'manifest/annotations-invalid': 'there are too many annotations, or one is too large or malformed',
  'manifest/extensions-invalid': 'the extensions are not a list of different identifiers',
  'manifest/extension-unsupported':
    'the manifest needs an extension that the verifier does not support or its caller did not name',
  'manifest/sub-manifest-invalid':
    'a sub-manifest, or what the manifest says of it, breaks the rules for sub-manifests',
  'model/side-file-invalid': 'a side file is malformed, or does not lead to the signed digest',
} as const;

/** The classes of the format and of its draft. */
export const allReasonClasses = { ...reasonClasses, ...draftReasonClasses } as const;

export type ReasonClass = keyof typeof allReasonClasses;

/** Whether `text` is one of the classes. */
export function isReasonClass(text: string): text is ReasonClass {
  return Object.hasOwn(allReasonClasses, text);
}

/** Whether a class is among the acceptable ones; a stage alone represents all of its classes. */
export function isAcceptable(actual: ReasonClass, acceptable: readonly string[]): boolean {
  return acceptable.includes(actual) || acceptable.includes(actual.slice(0, actual.indexOf('/')));
}
