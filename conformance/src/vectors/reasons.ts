/**
 * The classes that a refusal or a warning can have, with what each means. A program names them in its result, or its
 * adapter finds them in its messages. Closed: a class never changes its meaning.
 */
export const reasonClasses = {
  'bundle/too-large': 'the bundle is larger, deeper or longer than the verifier reads',
  'bundle/not-json': 'the bundle is not UTF-8 or not JSON, or has a string without a UTF-8 form',
  'bundle/duplicate-member': 'an object of the bundle holds one member name twice',
  'bundle/not-base64': 'a binary member is not standard Base64 with padding',
  'bundle/media-type': 'the media type is another or absent',
  'bundle/malformed': 'the bundle breaks its schema in another way',

  'signer/method-mismatch': 'the bundle was made with another method than the one asked for',
  'signer/material-ambiguous': 'the bundle names its signer in no way, or in more than one',
  'signer/key-mismatch': "the bundle's hint is not that of the caller's key",
  'signer/key-unsupported': 'the key is on a curve or of a kind that the format does not know',
  'signer/historical-key': 'the key is named in a form used before version 1.1',
  'signer/certificate-malformed': 'a certificate cannot be read',
  'signer/certificate-untrusted': 'no path leads from the certificate to one that the caller trusts',
  'signer/certificate-expired': 'a certificate of the path is outside its validity period',
  'signer/certificate-usage': 'the certificate is not meant to sign models',
  'signer/certificate-path': 'the path breaks a rule of RFC 5280',
  'signer/timestamp-invalid': 'a timestamp does not hold',
  'signer/identity-mismatch': "the certificate's identity is not the expected one",
  'signer/issuer-mismatch': "the certificate's issuer of identities is not the expected one",
  'signer/log-missing': 'there is no entry in a transparency log',
  'signer/log-invalid': 'an entry in a transparency log does not hold',
  'signer/sct-invalid': "the certificate's own entry in a transparency log does not hold",

  'envelope/payload-type': 'the payload type is another',
  'envelope/signature-count': 'there is no signature, or more than one',
  'envelope/signature-invalid': 'the signature does not hold, or is not in DER',

  'statement/too-large': 'the payload is larger, deeper or longer than the verifier reads',
  'statement/not-json': 'the payload is not UTF-8 or not JSON, or has a string without a UTF-8 form',
  'statement/duplicate-member': 'an object of the payload holds one member name twice',
  'statement/type': 'the type of the statement is another',
  'statement/predicate-type': 'the type of the predicate is another',
  'statement/historical': 'the predicate is of a type used before version 1.0',
  'statement/subject': 'there is no subject, or more than one, or one without a root digest',
  'statement/malformed': 'the statement breaks its schema in another way',

  'manifest/malformed': 'the predicate breaks its schema',
  'manifest/empty': 'no resource is listed',
  'manifest/too-many-resources': 'more resources are listed than the implementation takes',
  'manifest/name-invalid': 'a resource has a name that is not canonical',
  'manifest/name-duplicate': 'two resources have one name',
  'manifest/unsorted': 'the resources are not in code-point order',
  'manifest/digest-invalid': 'a digest has another length or other characters than its algorithm gives',
  'manifest/algorithm-mismatch': "a resource's algorithm is not the recorded one",
  'manifest/algorithm-suffix': "the resources' algorithm repeats the shard size",
  'manifest/algorithm-unsupported': 'the digest algorithm is unknown or not supported',
  'manifest/method-unsupported': 'the serialization method is unknown or not supported',
  'manifest/shard-size-invalid': 'the shard size is not an integer in range',
  'manifest/shard-invalid': 'a shard has a name without a valid range',
  'manifest/shard-coverage': "a file's shards are not those that the shard size gives",
  'manifest/ignore-path-invalid': 'an excluded path is not a canonical name or holds a wildcard',
  'manifest/single-file-name': 'the single file is called "."',
  'manifest/root-digest-mismatch': 'the root digest is not that of the resources',

  'model/modified': 'a listed file has other content',
  'model/missing': 'a listed file is not there',
  'model/unsigned': 'a file is neither listed nor excluded',
  'model/empty': 'no file is there',
  'model/too-many-files': 'the model has more entries than the implementation takes',
  'model/unsupported-file': 'an entry is neither a file nor a directory, or cannot be read',
  'model/symlink': 'an entry is a link that is not followed',
  'model/symlink-outside': 'a link leads out of the model',
  'model/symlink-broken': 'a link leads to nothing or to a directory it lies in',
  'model/name-not-utf8': 'an entry has a name that is not UTF-8',
  'model/ignore-path-outside': 'a path to exclude lies outside the model',
  'model/changed': 'a file changed while it was read',
  'model/empty-file-unsigned': 'an empty file is not listed, since shards cannot',
} as const;

export type ReasonClass = keyof typeof reasonClasses;

/** Whether `text` is one of the classes. */
export function isReasonClass(text: string): text is ReasonClass {
  return Object.hasOwn(reasonClasses, text);
}

/** Whether a class is among those that will do; a stage alone stands for all of its classes. */
export function isAcceptable(actual: ReasonClass, acceptable: readonly string[]): boolean {
  return acceptable.includes(actual) || acceptable.includes(actual.slice(0, actual.indexOf('/')));
}
