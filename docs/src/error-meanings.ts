import type { ErrorCode } from '@model-signing/core';
import type { KeyErrorCode } from '@model-signing/keys';
import type { PolicyErrorCode } from '@model-signing/policy';
import type { SourceErrorCode } from '@model-signing/sources';
import type { CommandErrorCode } from '../../packages/cli/src/failure.ts';

/** What each error code means, in one sentence without a full stop. The type requires one for each code of the library. */
export const meanings: Readonly<Record<ErrorCode, string>> = {
  'bundle/too-large':
    'the signature file, or the one to write, is larger than the format allows, or nests or lists too much',
  'bundle/out-of-memory': 'the signature file does not fit into the memory that the process may use',
  'bundle/not-json': 'the signature file is not JSON in UTF-8',
  'bundle/duplicate-member': 'an object of the signature file has two members of the same name',
  'bundle/not-base64': 'a value that must be Base64 is not, or is not in its one canonical form',
  'bundle/media-type': 'the signature file does not say that it is a Sigstore bundle of a known version',
  'bundle/malformed': 'the signature file lacks a part that a bundle must have, or a part has the wrong form',
  'signer/method-mismatch': 'the model was signed with another method than the verifier accepts',
  'signer/material-ambiguous': 'the signature file does not say with which one method the model was signed',
  'signer/key-mismatch': 'the signature names another key than the one to verify with',
  'signer/key-unreadable': 'a given key is damaged, or the file holds something else',
  'signer/key-unsupported': 'a key is of a type or on a curve that the format does not know',
  'signer/passphrase-missing': 'the private key is encrypted, and no passphrase was given',
  'signer/passphrase-wrong': 'the private key cannot be decrypted with the given passphrase',
  'signer/key-answer-invalid':
    'the token or service that holds the key returned something else than a signature by it of what was to be signed',
  'signer/historical-key': 'the signature names its key in a form used before version 1.1 of the Python package',
  'signer/log-missing': 'a signature with an identity has no entry of a transparency log',
  'signer/certificate-unreadable': 'a given certificate is damaged, or the file holds something else',
  'signer/certificate-mismatch': 'the private key does not belong to the certificate',
  'signer/certificate-malformed': 'a certificate of the signature is not encoded as its standard requires',
  'signer/certificate-too-large': 'a certificate of the signature, or a part of it, is larger than is read',
  'signer/certificate-algorithm-weak': 'a certificate is signed with an algorithm or a key that is too weak',
  'signer/certificate-algorithm-unsupported': 'a certificate uses an algorithm that cannot be verified',
  'signer/certificate-critical-extension': 'a certificate has a critical extension that is not understood',
  'signer/certificate-expired': 'a certificate had expired at the time that counts',
  'signer/certificate-not-yet-valid': 'a certificate was not valid yet at the time that counts',
  'signer/certificate-untrusted': 'the certificate does not chain to one that you trust, or is not one that may sign',
  'signer/certificate-not-a-ca': 'a certificate on the path is not allowed to issue others',
  'signer/certificate-path-length': 'the path is longer than one of its certificates allows',
  'signer/certificate-name-constraint': 'a certificate has a name that one above it excludes',
  'signer/certificate-usage': 'the certificate was issued for another purpose than signing code',
  'signer/certificate-budget': 'verifying the certificates would take more steps than are allowed',
  'signer/historical-certificate': 'the signature holds its certificate in a form that is no longer written',
  'signer/system-roots': 'the roots of the operating system are trusted, which are for web servers',
  'signer/verification-time': 'the certificates were verified as of a time that the caller chose',
  'signer/timestamp-ignored': 'a timestamp of the signature was not used',
  'signer/timestamp-unavailable': 'the timestamp authority gave no response that can be used',
  'signer/timestamp-malformed': 'a timestamp is not encoded as its standard requires, or there are too many',
  'signer/timestamp-refused': 'the timestamp authority refused to issue a timestamp',
  'signer/timestamp-imprint': 'the timestamp is for another signature',
  'signer/timestamp-nonce': 'the timestamp does not belong to the request that was made for it',
  'signer/timestamp-signature': 'the signature of the timestamp is not valid',
  'signer/timestamp-signer': 'the timestamp does not say which certificate signed it, or lacks that certificate',
  'signer/timestamp-usage': 'the certificate that signed the timestamp was not issued for timestamps',
  'signer/timestamp-untrusted': 'the timestamp does not come from an authority that you trust',
  'signer/timestamp-expired': 'a certificate of the timestamp authority had expired at the time of the timestamp',
  'signer/timestamp-not-yet-valid':
    'a certificate of the timestamp authority was not valid yet at the time of the timestamp',
  'signer/timestamp-path': 'another rule for certificates is broken on the way from the timestamp to its authority',
  'signer/identity-mismatch': 'another identity signed the model than the one to verify',
  'signer/issuer-mismatch': 'another identity provider certified the signer than the one to verify',
  'signer/log-invalid': 'the entry of the transparency log is not valid, or is not about this signature',
  'signer/sct-invalid': 'no trusted log recorded the certificate of the signer',
  'signer/timestamp-invalid': 'no trusted authority states a time at which the certificate of the signer was valid',
  'signer/trust-unreadable': 'a trust root, a signing configuration or a trust configuration cannot be used',
  'signer/trust-missing': 'there is no trust root yet for this instance of Sigstore',
  'signer/trust-cache': 'the stored trust root is damaged, or another user could have written it',
  'signer/trust-outdated': 'the trust root is older than its publisher intends',
  'signer/token-missing': 'there is no identity token to sign with',
  'signer/token-invalid': 'the identity token is malformed, or lacks what is needed to sign',
  'signer/token-audience': 'the identity token was issued for another service',
  'signer/token-expired': 'the identity token has expired',
  'signer/login-failed': 'signing in with the identity provider failed',
  'signer/service-failed': 'a service of Sigstore failed, could not be reached, or gave a response that is not valid',
  'envelope/payload-type': 'the envelope holds something else than a statement',
  'envelope/signature-count': 'the envelope does not have exactly one signature',
  'envelope/signature-invalid': 'the signature does not belong to this content and this key',
  'envelope/historical-form': 'the signature has a historical form, which later versions no longer write',
  'statement/too-large': 'the statement nests or lists more than the format allows',
  'statement/not-json': 'the signed statement is not JSON in UTF-8',
  'statement/duplicate-member': 'an object of the statement has two members of the same name',
  'statement/type': 'the signed document is not an in-toto statement',
  'statement/predicate-type':
    'the statement is not about a model, or is in a version of the format that is not accepted; or a signature is given for an attestation, or the other way round',
  'statement/subject':
    'the statement does not name exactly one model with one digest; or an attestation names nothing that has a digest',
  'statement/malformed': 'the statement lacks a part that it must have, or a part has the wrong form',
  'statement/predicate-invalid': 'what is to be attested is no JSON object, or exceeds a limit',
  'statement/other-subject': 'the attestation is about something else than what the signature is of',
  'statement/attestation-missing': 'no attestation of a required type is about the model and by a trusted signer',
  'statement/lineage-unverified':
    'with --require-verified, something in the lineage is only claimed or absent, or claims contradict each other',
  'manifest/malformed': 'the list of files lacks a part that it must have, or a part has the wrong form',
  'manifest/empty': 'the signature lists no file',
  'manifest/too-many-resources': 'the list of files is longer than the format allows',
  'manifest/name-invalid': 'a file has a name that the format does not allow',
  'manifest/name-duplicate': 'a file is listed twice',
  'manifest/unsorted': 'the files are not listed in the order that the format requires',
  'manifest/digest-invalid': 'a digest does not have the length or the form of its algorithm',
  'manifest/algorithm-mismatch': 'a file has a digest of another algorithm than the list says',
  'manifest/algorithm-suffix': 'the name of the algorithm is written in a form that only older writers use',
  'manifest/algorithm-unsupported': 'the digests are of an algorithm that the format does not know',
  'manifest/shard-size-invalid': 'the size of the shards is not a number that the format allows',
  'manifest/shard-invalid': 'the range of a shard is not one that its size gives',
  'manifest/shard-coverage': 'the shards of a file leave a gap, overlap, or are out of order',
  'manifest/ignore-path-invalid': 'a path to leave out is not written as the format requires, or is the whole model',
  'manifest/single-file-name': 'the signature calls the one file of the model "." instead of by its name',
  'manifest/annotations-invalid':
    'the annotations are not strings under short keys, or the version of the format has none',
  'manifest/extensions-invalid': 'the extensions that a draft names are not a list of different identifiers',
  'manifest/extension-unsupported':
    'the manifest depends on an extension that was not named, or that this release does not have',
  'manifest/sub-manifest-invalid': 'a sub-manifest, or what the manifest says of it, breaks the rules of the extension',
  'manifest/root-digest-mismatch': 'the digest of the whole model is not that of the listed digests',
  'model/not-found': 'there is no model at the path',
  'model/not-signed': 'a file or directory to verify is not among those that were signed',
  'model/unreadable': 'the operating system does not let this user read a file or a directory of the model',
  'model/out-of-memory': 'the list of files does not fit into the memory that the process may use',
  'model/unit-too-large':
    'a part of a file that was signed with one digest is larger than a program accepts in memory at once',
  'model/empty': 'the model has nothing that could be signed',
  'model/too-many-files': 'the model has more files, or longer names, than a signature can list',
  'model/unsupported-file': 'the model has something that is neither a file nor a directory, such as a pipe',
  'model/symlink': 'the model has a symbolic link, and links are not followed',
  'model/symlink-hub-cache': 'the model is a snapshot in a Hugging Face cache, whose files are links',
  'model/symlink-outside': 'a link points outside the model',
  'model/symlink-broken': 'a link points to nothing, or in a circle',
  'model/name-not-utf8': 'a file has a name that is not UTF-8',
  'model/ignore-path-outside': 'a path to leave out lies outside the model',
  'model/ignored-files': 'files were left out when the model was signed, and the verifier does not accept that',
  'model/ignored-code': 'a path that was left out holds files that programs run or load',
  'model/changed': 'a file changed while the model was read',
  'model/empty-file-unsigned': 'an empty file is not covered by the signature, since shards cannot list it',
  'model/signature-name':
    'the signature lies in the model under a name that verifiers would also apply to a directory that takes its place',
  'model/pointer-file': 'a file is only a pointer to content that was not fetched, such as one of Git LFS',
  'model/reuse-contradicted':
    'a file that was said to be unchanged since it was signed has other bytes, so that nothing can be taken over from that signature',
  'model/side-file-invalid': 'a side file is malformed, or does not lead to the signed digest',
  'model/mismatch': 'the files are not those that were signed: some are modified, missing or not signed',
};

/** What each error code of a hub or registry means. The type requires one for each. */
export const sourceMeanings: Readonly<Record<SourceErrorCode, string>> = {
  'source/reference-invalid': 'the name of a model is not in a form that is understood',
  'source/not-pinned':
    'the name leaves open which revision it means, and `--require-pinned` accepts only one that does not',
  'source/not-found': 'there is no such model, revision or file, or it is hidden from a caller without a token',
  'source/unauthorized': 'the server wants other credentials, or the stored ones could not be read',
  'source/unreachable': 'no server responded, or none until the end, after every attempt',
  'source/response-invalid': 'a response of the server is not what the protocol or the request demands',
  'source/manifest-invalid': 'a manifest is not that of an artifact, or gives its files names that are refused',
  'source/too-large': 'a response is larger than a bound that protects the caller',
  'source/digest-unavailable': 'the store has no digest, or no content, that a signature could be compared with',
  'source/signature-absent': 'no signature is at any of the places where one is looked for',
  'source/signature-ambiguous': 'several signatures are at places of the same rank; `choices` in JSON names them',
  'source/target-unusable': 'the place for the model is taken by something else, or cannot be written',
  'source/no-space': 'the disk has less space than the model needs',
  'source/names-collide': 'two names of the model would be one file on a common file system',
};

/** What each error code of a key that is held elsewhere means. The type requires one for each. */
export const keyMeanings: Readonly<Record<KeyErrorCode, string>> = {
  'key/reference-invalid': 'the reference to a key is not in a form that is understood',
  'key/not-found': 'there is no such token, key, version or certificate',
  'key/ambiguous': 'several keys or tokens fit the reference; `choices` in JSON has what tells them apart',
  'key/unsupported': 'the key is there, and is not one that can sign models',
  'key/pin-missing': 'the token wants a PIN, and none was given',
  'key/pin-wrong': 'the token refuses the PIN',
  'key/pin-locked': 'the token accepts no PIN any more, until it is unlocked',
  'key/module-missing': 'the program, module or package that reaches the key is not installed, or cannot be loaded',
  'key/unauthorized': 'the service wants other credentials, or none could be read',
  'key/unreachable': 'no service or token responded, or none in time',
  'key/refused': 'the token, service or plugin refuses; the message has its own words',
  'key/response-invalid':
    'the response is not what the protocol or the request demands, or is beyond a bound that protects the caller',
};

/** What each error code of a policy means. The type requires one for each. */
export const policyMeanings: Readonly<Record<PolicyErrorCode, string>> = {
  'policy/invalid': 'the policy is not JSON, is not in the form of a policy, or contradicts itself',
  'policy/file-unusable': 'a file that the policy names cannot be read, or is not what it must be',
  'policy/unsigned': 'the policy, or a file that it names, is not signed as `--policy-signer` demands',
  'policy/no-rule': 'no rule of the policy is for this name, so the model is refused',
  'policy/rejected': 'the rule for this name refuses every model',
  'policy/signer': 'no signature is by a signer that the rule names',
  'policy/threshold': 'fewer signers than the rule demands have signed',
  'policy/requirement': 'a signature by a signer of the rule does not meet another requirement of the rule',
  'policy/attestation':
    'the model lacks an attestation that the rule requires, by a signer whom it names for that type',
  'policy/revoked': 'the signer, or what was signed, is revoked',
  'policy/signer-changed':
    'the model was signed by another signer than the one that was trusted before; the message names both',
};

/** What each error code of the command itself means. */
export const commandMeanings: Readonly<Record<CommandErrorCode | 'command/interrupted', string>> = {
  'command/usage': 'the command line is wrong: the message names the argument, and nothing was tried',
  'command/not-found': 'a file that the command line names, or the signature of the model, does not exist',
  'command/unreadable': 'a file cannot be read, because of its permissions, its kind or the disk',
  'command/unwritable': 'the signature or the result cannot be written',
  'command/ignore-path-absent': 'a path of `--ignore-paths` does not exist, so it leaves nothing out',
  'command/signature-signed':
    'a file that is about to be signed is itself a signature of this model: without it, digests would not change',
  'command/other-model': 'the signature to attach lists other files than the artifact has',
  'command/declined': 'the question whether to trust a signer was not answered with yes',
  'command/plan-invalid': 'the plan is not one, or was changed after it was made; `plan` makes a new one',
  'command/plan-outdated':
    'a file was changed, added or removed since the plan was made, or the signature needs digests of another kind; make a new plan, with a new directory for its digests',
  'command/digests-invalid':
    'a file with the digests of a part is damaged or incomplete; remove it, and hash the part again',
  'command/digests-foreign':
    'a file with digests is of another plan, or of another part than its name says; each plan needs a directory of its own',
  'command/digests-disagree':
    'two answers for the same part have different digests: one of the hosts is wrong, and nothing is signed or verified',
  'command/digests-unauthenticated': 'with `--hmac-key-file`, a file with digests has no HMAC, or one by another key',
  'command/digests-missing':
    'a part was not hashed yet, or by fewer different hosts than `--replicas` demands; hash the part that the message names',
  'command/failed': 'something else failed, such as a system call; it can be a bug',
  'command/interrupted': 'a signal ended the command: the message says whether a signature was written',
};

/** The codes with which something unusual is reported; strict mode refuses it with the same code. */
export const warningCodes: ReadonlySet<ErrorCode> = new Set([
  'signer/historical-key',
  'signer/historical-certificate',
  'signer/system-roots',
  'signer/verification-time',
  'signer/timestamp-ignored',
  'signer/trust-cache',
  'signer/trust-outdated',
  'envelope/historical-form',
  'manifest/unsorted',
  'manifest/algorithm-suffix',
  'manifest/single-file-name',
  'model/ignored-code',
  'model/empty-file-unsigned',
  'model/pointer-file',
  'model/signature-name',
] as const);
