// Generated from result-v1.schema.json. Do not edit.

/**
 * what `model-signing --json` prints: one JSON object on one line, whatever happens
 */
export type Result =
  | SignResult
  | VerifyResult
  | VerifyNotEnforcedResult
  | PullResult
  | AttachResult
  | AttachAttestationsResult
  | SignaturesResult
  | PredicateSlsaResult
  | PredicateCyclonedxResult
  | AttestResult
  | AttestationsResult
  | AttestationsClaimsResult
  | LineageResult
  | DigestResult
  | PlanResult
  | HashResult
  | InspectResult
  | InspectOtherResult
  | InspectSeveralResult
  | KeyPublicResult
  | KeyGenerateResult
  | PolicyCheckResult
  | PolicyExplainResult
  | PolicyInitResult
  | TrustResult
  | VersionResult
  | HelpResult
  | CompletionResult
  | Failure;
/**
 * the digest of the whole model
 */
export type RootDigest = string;
/**
 * the draft of the format, if the signature is in one
 */
export type Draft = '1.1';
/**
 * the root digest of version 1.0, which a draft of the format has beside its own
 */
export type PublishedRootDigest = string;
/**
 * what hashed: `node` unless the native engine hashed a file, and `hosts` for digests that other hosts computed
 */
export type Engine = 'native' | 'node' | 'hosts';
/**
 * which machines read the bytes: this one, or other `hosts`, whose digests were taken with `--plan`
 */
export type HashedBy = 'self' | 'hosts';
/**
 * how many hosts computed the digests, by the names that they gave themselves; absent if this one did
 */
export type Hosts = number;
/**
 * how the names of signed files were read from a manifest of a registry: `files` by the paths that its annotations give, `layers` as the Python and Go implementations name layers
 */
export type View = 'files' | 'layers';
/**
 * the requirement of the specification, or null
 */
export type Requirement = string | null;
/**
 * what is unusual and was accepted; `--strict` refuses it, except for warnings of the call itself: `command/secret-visible`, `command/no-browser` and `command/public-log`
 */
export type Warnings = Warning[];
/**
 * `verified`: every signed file was read and hashed, and no other is there; `partial`: the files that were looked at are as signed, and others were not looked at; `advertised`: digests that the store states were taken in place of bytes. The weakest fact decides
 */
export type Verdict = 'verified' | 'partial' | 'advertised';
export type Signer = KeySigner | CertificateSigner | SigstoreSigner;
/**
 * whether refusals are enforced, or reported only
 */
export type PolicyMode = 'enforce' | 'warn';
export type Bundle = ModelBundle | OtherBundle | UnreadableBundle;
/**
 * a text that is expected: either of the two
 */
export type Expected = Expected1 & Expected2;
export type Expected1 = {
  [k: string]: unknown;
};

/**
 * `sign`, with any method: the model is signed, and the signature is written
 */
export interface SignResult {
  /**
   * the version of this form
   */
  schema: 'model-signing/result/v1';
  /**
   * whether the command did what was asked
   */
  ok: true;
  /**
   * what was done
   */
  command: 'sign';
  /**
   * the path of the signature, as it was given; the digest of its manifest if it is attached in a registry
   */
  signature: string;
  source?: Source;
  /**
   * who signed
   */
  signer: KeySigner | CertificateSigner | SigstoreSigner;
  /**
   * the name of the model in the signature
   */
  model: string;
  rootDigest: RootDigest;
  draft?: Draft;
  annotations?: Annotations;
  publishedRootDigest?: PublishedRootDigest;
  serialization: Serialization;
  /**
   * how many files, or shards of files
   */
  resourceCount: number;
  /**
   * how many bytes were read to hash the model
   */
  bytes: number;
  engine: Engine;
  hashedBy: HashedBy;
  hosts?: Hosts;
  /**
   * how many files were signed by the digests that the store states for them, without reading them; absent if every file was read
   */
  advertised?: number;
  view?: View;
  attached?: Attached;
  reused?: Reused;
  hashed?: HashedPart;
  audited?: Audited;
  /**
   * with `--reuse` or `--reuse-record`: how many files are not recorded for the next `--reuse`, because they had changed just before
   */
  racy?: number;
  /**
   * with `--reuse` or `--reuse-record`: how many files are recorded for the next `--reuse`; null if no record was kept
   */
  recorded?: number | null;
  /**
   * paths relative to the model: left out, and not signed
   */
  ignored: string[];
  /**
   * paths relative to the model: links that were followed out of the model
   */
  externalLinks: string[];
  /**
   * files that are links to blobs in the cache of a hub, with `--hub-cache`
   */
  hubLinks: HubLink[];
  warnings: Warnings;
}
/**
 * where a model in a hub or registry was found; absent for a model on this machine
 */
export interface Source {
  /**
   * the name as it was given, in its usual form: `hf://org/model@main`
   */
  reference: string;
  /**
   * the same model by its commit or digest, which everything was asked of
   */
  pinned: string;
  /**
   * the commit (40 hexadecimal digits) or the digest of the manifest (`sha256:…`)
   */
  revision: string;
  /**
   * whether the name itself gave the commit or the digest
   */
  isPinned: boolean;
}
/**
 * the holder of a key
 */
export interface KeySigner {
  /**
   * how the model was signed
   */
  method: 'key';
  /**
   * the curve of the key, or in a draft what it is if it is on none
   */
  curve: 'P-256' | 'P-384' | 'P-521' | 'ml-dsa-65';
  /**
   * SHA-256 of the public key's PEM text, in hexadecimal
   */
  hint: string;
  /**
   * with `--timestamp-roots` or by a policy: the earliest verified time of a timestamp
   */
  timestampedAt?: string;
  /**
   * with `--require-log`: the earliest time that the log entry proves
   */
  loggedAt?: string;
}
/**
 * the holder of a certificate
 */
export interface CertificateSigner {
  /**
   * how the model was signed
   */
  method: 'certificate';
  /**
   * the curve of the key
   */
  curve: 'P-256' | 'P-384' | 'P-521';
  /**
   * the name of its subject
   */
  subject: string;
  /**
   * the name of its issuer
   */
  issuer: string;
  /**
   * in hexadecimal
   */
  serialNumber: string;
  /**
   * SHA-256 of the certificate, in hexadecimal
   */
  fingerprint: string;
  /**
   * alternative names of the subject
   */
  subjectAltNames: string[];
  /**
   * the start of its validity
   */
  validFrom: string;
  /**
   * the end of its validity
   */
  validTo: string;
  /**
   * from the signer's certificate to the trust anchor
   */
  path: CertificateSummary[];
  /**
   * the time at which all of them are valid
   */
  verifiedAt: string;
  /**
   * where that time comes from: a verified timestamp, the clock of this machine, or `--verification-time`
   */
  timeFrom: 'timestamp' | 'clock' | 'caller';
  /**
   * with `--require-log`: the earliest time that the log entry proves
   */
  loggedAt?: string;
}
/**
 * a certificate
 */
export interface CertificateSummary {
  /**
   * the name of its subject
   */
  subject: string;
  /**
   * the name of its issuer
   */
  issuer: string;
  /**
   * in hexadecimal
   */
  serialNumber: string;
  /**
   * SHA-256 of the certificate, in hexadecimal
   */
  fingerprint: string;
}
/**
 * an identity that its provider vouched for
 */
export interface SigstoreSigner {
  /**
   * how the model was signed
   */
  method: 'sigstore';
  /**
   * the name in the certificate: an email address, a URI or a user name
   */
  identity: string;
  /**
   * the identity provider
   */
  issuer: string;
  /**
   * the earliest verified time of the signature
   */
  signedAt: string;
}
/**
 * what the signer says about the model, in a draft
 */
export interface Annotations {
  [k: string]: string;
}
/**
 * how the model is hashed
 */
export interface Serialization {
  /**
   * a digest for each file, or for each range of a file
   */
  method: 'files' | 'shards';
  /**
   * the algorithm of these digests
   */
  hashAlgorithm: 'sha256' | 'blake2b' | 'blake3';
  /**
   * bytes of a range; null for `files`
   */
  shardSize: number | null;
}
/**
 * how a signature or an attestation was attached to a model in a registry
 */
export interface Attached {
  /**
   * the digest of the manifest that refers to the model
   */
  digest: string;
  /**
   * `api`: the registry lists it among the referrers; `tag`: it is listed under a tag named after the digest of the model
   */
  how: 'api' | 'tag';
  /**
   * whether the same was attached before
   */
  wasThere: boolean;
}
/**
 * with `--reuse`: what was not read, because it did not change since the earlier signature of the same signer
 */
export interface Reused {
  /**
   * how many files have a digest that was taken over
   */
  files: number;
  /**
   * how many bytes were therefore not read
   */
  bytes: number;
  /**
   * the earlier signature, as it was given
   */
  from: string;
}
/**
 * with `--reuse`: what was hashed because it is new or changed, or nothing says that it is not
 */
export interface HashedPart {
  /**
   * how many files, or shards of files
   */
  resources: number;
  /**
   * how many bytes
   */
  bytes: number;
}
/**
 * with `--reuse`: what did not change and was hashed all the same, with the signed digest as the result
 */
export interface Audited {
  /**
   * how many files, or shards of files
   */
  resources: number;
  /**
   * how many bytes
   */
  bytes: number;
}
/**
 * a file that is a link to a blob
 */
export interface HubLink {
  /**
   * the path of the file, relative to the model; untrusted
   */
  path: string;
  /**
   * the target of the link, as it is written; untrusted
   */
  target: string;
}
/**
 * something unusual that was accepted
 */
export interface Warning {
  /**
   * as in errors
   */
  code: string;
  /**
   * for people
   */
  message: string;
  requirement: Requirement;
}
/**
 * `verify`, with any method: the model is what a trusted signer signed, as far as `verdict` says
 */
export interface VerifyResult {
  /**
   * the version of this form
   */
  schema: 'model-signing/result/v1';
  /**
   * whether the command did what was asked
   */
  ok: true;
  /**
   * what was done
   */
  command: 'verify';
  /**
   * the signature: its path as it was given or found, its address, or its name in the store; `-` is standard input
   */
  signature: string;
  signatureFrom: SignatureFrom;
  source?: Source;
  /**
   * who signed
   */
  signer: KeySigner | CertificateSigner | SigstoreSigner;
  /**
   * the name that the signer gave the model, which is not checked; null in signatures of version 0.2.0 and earlier, which have none
   */
  model: string | null;
  rootDigest: RootDigest;
  draft?: Draft;
  annotations?: Annotations;
  publishedRootDigest?: PublishedRootDigest;
  serialization: Serialization;
  /**
   * how many files, or shards of files
   */
  resourceCount: number;
  /**
   * how many bytes were read to hash the model
   */
  bytes: number;
  engine: Engine;
  hashedBy: HashedBy;
  hosts?: Hosts;
  verdict: Verdict;
  /**
   * whether the names of all files were compared with what was signed: `incomplete` if the store cannot list all of them, `not-compared` if only some files were asked for
   */
  listing: 'complete' | 'incomplete' | 'not-compared';
  checked: Checked;
  view?: View;
  copy?: Copy;
  /**
   * every entry of the files of attestations; absent unless attestations were asked for
   */
  attestations?: AttestationEntry[];
  /**
   * paths relative to the model: left out, and not verified
   */
  ignored: string[];
  /**
   * paths relative to the model: not signed, and accepted because of `--ignore-unsigned-files`
   */
  unsigned: string[];
  /**
   * paths relative to the model: links that were followed out of the model
   */
  externalLinks: string[];
  /**
   * files that are links to blobs in the cache of a hub, with `--hub-cache`
   */
  hubLinks: HubLink[];
  policy?: PolicyJudgement;
  warnings: Warnings;
}
/**
 * which signature was read, and why
 */
export interface SignatureFrom {
  /**
   * `file`: on this machine; `url`: at an address; `store`: in the hub or registry of the model
   */
  place: 'file' | 'standard-input' | 'url' | 'store';
  /**
   * for people: why this one
   */
  why: string;
}
/**
 * how many of the signed files were looked at, and how
 */
export interface Checked {
  /**
   * files that were read and hashed
   */
  files: number;
  /**
   * how many bytes were read to hash them
   */
  bytes: number;
  /**
   * files whose digest was taken from the store
   */
  advertised: number;
  /**
   * their paths relative to the model; absent if every file that was looked at was read
   */
  advertisedFiles?: string[];
  /**
   * signed files that were not looked at
   */
  unchecked: number;
}
/**
 * the copy that was made of what was verified, with `--copy-to`; absent without it
 */
export interface Copy {
  /**
   * the absolute path of the directory, which holds the files that were verified and nothing else
   */
  to: string;
  /**
   * how many files are in it
   */
  files: number;
  /**
   * how many bytes they have
   */
  bytes: number;
  /**
   * whether the files are clones, which share their blocks with those of the model
   */
  reflink: boolean;
  /**
   * whether they were written to the disk before the directory appeared; false with `--no-sync`
   */
  synced: boolean;
}
/**
 * one attestation of a file or store, and what became of it
 */
export interface AttestationEntry {
  /**
   * the file that it is in, by its path or its name in the store; the digest of what is attached in a registry
   */
  file: string;
  /**
   * the line where it begins; null for what is attached in a registry
   */
  line: number | null;
  /**
   * `accepted`: by a trusted signer, and about the model if there is one to compare with; `refused`: neither; `unknown`: no bundle; `duplicate`: equal to an earlier entry
   */
  verdict: 'accepted' | 'refused' | 'unknown' | 'duplicate';
  /**
   * the type of its claim, a URI; of one that was refused, as it claims
   */
  predicateType: string | null;
  /**
   * who attested; null unless it was accepted
   */
  signer: Signer | null;
  /**
   * the subject that is the root digest of the model; null unless it was accepted for one
   */
  subject: AttestedSubject | null;
  /**
   * why it was not accepted; null if it was
   */
  error: EntryError | null;
}
/**
 * what an attestation is about
 */
export interface AttestedSubject {
  /**
   * what the signer called it, which decides nothing
   */
  name: string | null;
  /**
   * its SHA-256, as `sha256:` and lowercase hexadecimal
   */
  digest: string | null;
  /**
   * what it says that its digest is of: `root`, the root digest of a signature; null if it says nothing, as other tools do
   */
  domain: 'root' | 'file' | 'unknown' | null;
}
/**
 * why an entry was not accepted
 */
export interface EntryError {
  /**
   * the error code; null if nothing was refused by a rule of the library
   */
  code: string | null;
  /**
   * the reason, for people
   */
  message: string;
}
/**
 * how the policy judged; absent without one
 */
export interface PolicyJudgement {
  /**
   * the path of the policy, or of the known signers
   */
  file: string;
  /**
   * the hint of the key that signed the policy, with `--policy-signer`; else null
   */
  signedBy: string | null;
  /**
   * the name of the model that the rule was looked up by
   */
  name: string;
  /**
   * the rule that decides; null if there is none for the name
   */
  rule: MatchedRule | null;
  mode: PolicyMode;
  /**
   * whether a refusal is an error; false in the mode `warn`
   */
  enforced: boolean;
  /**
   * how many different signers must have signed; 0 if no rule asks for any
   */
  threshold: number;
  /**
   * one signature of each different signer that counts
   */
  counted: CountedSignature[];
  /**
   * all other signatures
   */
  notCounted: UncountedSignature[];
  /**
   * how the attestations that the rule requires were judged; null if it requires none, or if too few signatures count
   */
  attestations: JudgedAttestations | null;
}
/**
 * the rule of a policy that decides
 */
export interface MatchedRule {
  /**
   * its place in the policy, counted from 0
   */
  index: number;
  /**
   * its pattern that matched
   */
  pattern: string;
  /**
   * the remark in the policy, or null
   */
  description: string | null;
}
/**
 * a signature that counts
 */
export interface CountedSignature {
  /**
   * its path, address or name
   */
  signature: string;
  /**
   * the name in the policy of the signer for which it counts
   */
  signer: string;
  /**
   * all names in the rule that accept it
   */
  signers: string[];
  /**
   * who signed
   */
  identity: KeySigner | CertificateSigner | SigstoreSigner;
  /**
   * the verified time of the signature in ISO 8601, or null
   */
  time: string | null;
  /**
   * where the time comes from at which the signer counts: a verified timestamp, Sigstore, or the clock of this machine
   */
  timeFrom: 'timestamp' | 'sigstore' | 'clock';
}
/**
 * a signature that does not count
 */
export interface UncountedSignature {
  /**
   * its path, address or name
   */
  signature: string;
  /**
   * the name of its signer in the policy; null if it is by none that the rule names
   */
  signer: string | null;
  /**
   * who signed, if that could be verified; else null
   */
  identity: Signer | null;
  /**
   * the code of the reason
   */
  code: string;
  /**
   * for people: the reason
   */
  message: string;
}
/**
 * how attestations were judged
 */
export interface JudgedAttestations {
  /**
   * those that the rule requires, in its order
   */
  required: JudgedRequirement[];
  /**
   * the first hundred that were looked at and do not count
   */
  notCounted: UncountedAttestation[];
}
/**
 * an attestation that a rule requires, and whether there is one
 */
export interface JudgedRequirement {
  /**
   * the type of its claim, a URI
   */
  predicateType: string;
  /**
   * the names of the signers of whom any one counts
   */
  signedBy: string[];
  /**
   * the one that counts; null if none does
   */
  met: CountedAttestation | null;
}
/**
 * an attestation that counts
 */
export interface CountedAttestation {
  /**
   * its file and line
   */
  attestation: string;
  /**
   * the name of the signer in the policy
   */
  signer: string;
  /**
   * who attested
   */
  identity: KeySigner | CertificateSigner | SigstoreSigner;
}
/**
 * an attestation that does not count
 */
export interface UncountedAttestation {
  /**
   * its file and line
   */
  attestation: string;
  /**
   * the type of its claim, if a signer of any type made it; else null
   */
  predicateType: string | null;
  /**
   * the error code
   */
  code: string;
  /**
   * the reason, for people
   */
  message: string;
}
/**
 * `verify` with a policy in the mode `warn` that refuses: nothing was verified, and the exit code is 0 because the policy says so
 */
export interface VerifyNotEnforcedResult {
  /**
   * the version of this form
   */
  schema: 'model-signing/result/v1';
  /**
   * whether the command did what was asked
   */
  ok: true;
  /**
   * what was done
   */
  command: 'verify';
  /**
   * the policy refuses, and does not want to be enforced
   */
  enforced: false;
  refusal: Refusal;
  source?: Source;
  policy: PolicyJudgement1;
  warnings: Warnings;
}
/**
 * why the policy refuses
 */
export interface Refusal {
  /**
   * the code that the mode `enforce` would have failed with
   */
  code: string;
  /**
   * for people: the reason
   */
  message: string;
}
/**
 * how the policy judged
 */
export interface PolicyJudgement1 {
  /**
   * the path of the policy, or of the known signers
   */
  file: string;
  /**
   * the hint of the key that signed the policy, with `--policy-signer`; else null
   */
  signedBy: string | null;
  /**
   * the name of the model that the rule was looked up by
   */
  name: string;
  /**
   * the rule that decides; null if there is none for the name
   */
  rule: MatchedRule | null;
  mode: PolicyMode;
  /**
   * whether a refusal is an error; false in the mode `warn`
   */
  enforced: boolean;
  /**
   * how many different signers must have signed; 0 if no rule asks for any
   */
  threshold: number;
  /**
   * one signature of each different signer that counts
   */
  counted: CountedSignature[];
  /**
   * all other signatures
   */
  notCounted: UncountedSignature[];
  /**
   * how the attestations that the rule requires were judged; null if it requires none, or if too few signatures count
   */
  attestations: JudgedAttestations | null;
}
/**
 * `pull`, with any method: the model is what a trusted signer signed, and is in the directory
 */
export interface PullResult {
  /**
   * the version of this form
   */
  schema: 'model-signing/result/v1';
  /**
   * whether the command did what was asked
   */
  ok: true;
  /**
   * what was done
   */
  command: 'pull';
  /**
   * the signature: its path as it was given or found, its address, or its name in the store; `-` is standard input
   */
  signature: string;
  signatureFrom: SignatureFrom;
  source: Source;
  /**
   * who signed
   */
  signer: KeySigner | CertificateSigner | SigstoreSigner;
  /**
   * the name that the signer gave the model, which is not checked; null in signatures of version 0.2.0 and earlier, which have none
   */
  model: string | null;
  rootDigest: RootDigest;
  draft?: Draft;
  annotations?: Annotations;
  publishedRootDigest?: PublishedRootDigest;
  serialization: Serialization;
  /**
   * how many files, or shards of files
   */
  resourceCount: number;
  /**
   * how many bytes were read to hash the model
   */
  bytes: number;
  engine: Engine;
  hashedBy: HashedBy;
  verdict: Verdict;
  /**
   * whether the names of all files were compared with what was signed: `incomplete` if the store cannot list all of them, `not-compared` if only some files were asked for
   */
  listing: 'complete' | 'incomplete' | 'not-compared';
  checked: Checked;
  view?: View;
  /**
   * paths relative to the model: left out by the signer, and not fetched
   */
  ignored: string[];
  /**
   * paths relative to the model: in the store, not signed, and not fetched; of a directory that was there already: in it, not signed, and not verified
   */
  unsigned: string[];
  /**
   * what the store has of attestations, judged by the verifier of the signature; absent if it has none
   *
   * @minItems 1
   */
  attestations?: [AttestationEntry, ...AttestationEntry[]];
  warnings: Warnings;
  /**
   * the absolute path of the directory
   */
  to: string;
  /**
   * whether the directory was there already, and was verified instead of fetched
   */
  wasThere: boolean;
  /**
   * how many bytes of files came from the store, whether they were kept or not
   */
  downloadedBytes: number;
  /**
   * how many bytes an earlier attempt left, which were hashed again
   */
  resumedBytes: number;
  /**
   * the file beside the directory to which the attestations were added that are about the model, or whose signer is not known; absent if the store has none
   */
  attestationFile?: string;
}
/**
 * `attach --signature`: the signature is attached to an artifact in a registry; nothing is verified
 */
export interface AttachResult {
  /**
   * the version of this form
   */
  schema: 'model-signing/result/v1';
  /**
   * whether the command did what was asked
   */
  ok: true;
  /**
   * what was done
   */
  command: 'attach';
  /**
   * the path of the signature, as it was given; `-` is standard input
   */
  signature: string;
  source: Source;
  attached: Attached;
  /**
   * nothing is verified: anyone can write a file that claims anything
   */
  verified: false;
  /**
   * the name that the signature gives the model; null in signatures of version 0.2.0 and earlier, which have none
   */
  model: string | null;
  rootDigest: RootDigest;
  warnings: Warnings;
}
/**
 * `attach --attestations`: the attestations of a file are attached to an artifact in a registry; nothing is verified
 */
export interface AttachAttestationsResult {
  /**
   * the version of this form
   */
  schema: 'model-signing/result/v1';
  /**
   * whether the command did what was asked
   */
  ok: true;
  /**
   * what was done
   */
  command: 'attach';
  /**
   * the file of the attestations, as it was given; `-` is standard input
   */
  attestations: string;
  source: Source;
  /**
   * nothing is verified: anyone can write a file that claims anything
   */
  verified: false;
  /**
   * where each attestation is now, in the order of the file
   *
   * @minItems 1
   */
  attached: [AttachedEntry, ...AttachedEntry[]];
  warnings: Warnings;
}
/**
 * an attestation of a file, and where it is now
 */
export interface AttachedEntry {
  /**
   * the line of the file where it begins
   */
  line: number;
  /**
   * the digest of the manifest that refers to the model
   */
  digest: string;
  /**
   * `api`: the registry lists it among the referrers; `tag`: it is listed under a tag named after the digest of the model
   */
  how: 'api' | 'tag';
  /**
   * whether the same was attached before
   */
  wasThere: boolean;
}
/**
 * `signatures`: the signatures of a model, and what they claim; nothing is verified
 */
export interface SignaturesResult {
  /**
   * the version of this form
   */
  schema: 'model-signing/result/v1';
  /**
   * whether the command did what was asked
   */
  ok: true;
  /**
   * what was done
   */
  command: 'signatures';
  /**
   * nothing is verified: anyone can write a file that claims anything
   */
  verified: false;
  source?: Source;
  /**
   * the signatures, the one that `verify` uses first
   */
  signatures: StoredSignature[];
  /**
   * the name of the signature that `verify` uses if none is named; null if it uses none by itself
   */
  used: string | null;
  /**
   * for people: why `verify` uses this one or none
   */
  usedReason: string;
}
/**
 * a signature, and what it claims; nothing is verified
 */
export interface StoredSignature {
  /**
   * its path, its name in the store, or the digest of the manifest that attaches it; untrusted, so escape it before you print it
   */
  name: string;
  /**
   * for people: why it is taken for a signature
   */
  why: string;
  /**
   * whether `verify` uses it if none is named
   */
  isUsed: boolean;
  /**
   * `other`: a bundle that is not the signature of a model; `unreadable`: no bundle
   */
  kind: 'model-signature' | 'other' | 'unreadable';
  /**
   * who signed, as it claims; null if it is unreadable
   */
  signer: ClaimedSigner | null;
  /**
   * the name that it gives the model, or null
   */
  model: string | null;
  /**
   * the digest of the whole model, or null
   */
  rootDigest: RootDigest | null;
  /**
   * how many files, or shards of files, or null
   */
  resourceCount: number | null;
  /**
   * why it is unreadable, or null
   */
  error: SignatureError | null;
}
/**
 * who signed, as the signature claims
 */
export interface ClaimedSigner {
  /**
   * how the bundle was signed; null if it does not say
   */
  method: 'key' | 'certificate' | 'sigstore' | null;
  /**
   * the hint at the key, or null
   */
  keyHint: string | null;
  /**
   * the signer's certificate first; empty for a key
   */
  certificates: ClaimedCertificate[];
  /**
   * the `--identity` that would verify; null unless the method is `sigstore`
   */
  identity: string | null;
  /**
   * the `--identity-provider` that would verify; null unless the method is `sigstore`
   */
  identityProvider: string | null;
  /**
   * times in entries of transparency logs
   */
  loggedAt: string[];
  /**
   * how many timestamps there are
   */
  timestamps: number;
  /**
   * times in the timestamps that can be read
   */
  timestampedAt: string[];
}
/**
 * a certificate; all members are null if it cannot be read
 */
export interface ClaimedCertificate {
  /**
   * the name of its subject
   */
  subject: string | null;
  /**
   * alternative names of its subject
   */
  subjectAltName: string | null;
  /**
   * the name of its issuer
   */
  issuer: string | null;
  /**
   * the start of its validity
   */
  validFrom: string | null;
  /**
   * the end of its validity
   */
  validTo: string | null;
}
/**
 * why a signature is unreadable
 */
export interface SignatureError {
  /**
   * as in errors
   */
  code: string;
  /**
   * for people
   */
  message: string;
}
/**
 * `predicate slsa`: a SLSA provenance to complete
 */
export interface PredicateSlsaResult {
  /**
   * the version of this form
   */
  schema: 'model-signing/result/v1';
  /**
   * whether the command did what was asked
   */
  ok: true;
  /**
   * what was done
   */
  command: 'predicate-slsa';
  /**
   * nothing is verified: the document has what signatures claim
   */
  verified: false;
  /**
   * the type of the claim, a URI
   */
  predicateType: string;
  /**
   * the claim, to be completed
   */
  predicate: {
    [k: string]: unknown;
  };
}
/**
 * `predicate cyclonedx`: a bill of materials in CycloneDX to complete
 */
export interface PredicateCyclonedxResult {
  /**
   * the version of this form
   */
  schema: 'model-signing/result/v1';
  /**
   * whether the command did what was asked
   */
  ok: true;
  /**
   * what was done
   */
  command: 'predicate-cyclonedx';
  /**
   * nothing is verified: the document has what signatures claim
   */
  verified: false;
  /**
   * the type of the claim, a URI
   */
  predicateType: string;
  /**
   * the claim, to be completed
   */
  predicate: {
    [k: string]: unknown;
  };
}
/**
 * `attest`, with any method: the claim is signed, and added to the file of attestations or attached to the model in its registry
 */
export interface AttestResult {
  /**
   * the version of this form
   */
  schema: 'model-signing/result/v1';
  /**
   * whether the command did what was asked
   */
  ok: true;
  /**
   * what was done
   */
  command: 'attest';
  /**
   * the file that the attestation was added to, or the model in a registry that it was attached to, by its digest
   */
  attestations: string;
  /**
   * false if the same attestation was there already
   */
  added: boolean;
  /**
   * the type of the claim, a URI
   */
  predicateType: string;
  /**
   * who attested
   */
  signer: KeySigner | CertificateSigner | SigstoreSigner;
  rootDigest: RootDigest;
  /**
   * the signature whose root digest is attested, as it was given or found
   */
  signature: string;
  /**
   * who signed the model
   */
  signedBy: KeySigner | CertificateSigner | SigstoreSigner;
  /**
   * the name that the signer gave the model, which is not checked; null in signatures of version 0.2.0 and earlier, which have none
   */
  model: string | null;
  /**
   * whether the model was verified to be what was signed; false with `--from`, where only its signature is read
   */
  compared: boolean;
  /**
   * how many bytes were read to hash the model
   */
  bytes: number;
  /**
   * what hashed the model; null with `--from`, where nothing is hashed
   */
  engine: Engine | null;
  source?: Source;
  attached?: Attached;
  warnings: Warnings;
}
/**
 * `attestations`, with any method: at least one attestation of the file or model is by a trusted signer
 */
export interface AttestationsResult {
  /**
   * the version of this form
   */
  schema: 'model-signing/result/v1';
  /**
   * whether the command did what was asked
   */
  ok: true;
  /**
   * what was done
   */
  command: 'attestations';
  /**
   * the file that was read, or the model in a store, by its revision
   */
  file: string;
  source?: Source;
  /**
   * the root digest of the signature that the attestations must be about; null without `--signature`, where it is not compared
   */
  rootDigest: RootDigest | null;
  /**
   * how many entries were accepted
   */
  accepted: number;
  /**
   * every entry, in its order
   */
  entries: AttestationEntry[];
  warnings: Warnings;
}
/**
 * `attestations --extract`: the claims of one type that trusted signers make
 */
export interface AttestationsClaimsResult {
  /**
   * the version of this form
   */
  schema: 'model-signing/result/v1';
  /**
   * whether the command did what was asked
   */
  ok: true;
  /**
   * what was done
   */
  command: 'attestations';
  /**
   * the file that was read, or the model in a store, by its revision
   */
  file: string;
  source?: Source;
  /**
   * the type of the claims, a URI
   */
  predicateType: string;
  /**
   * the claims, in their order; their form follows from the type. Numbers are those of this document: `texts` has what was signed
   *
   * @minItems 1
   */
  predicates: [unknown, ...unknown[]];
  /**
   * the same claims, each as the JSON text that was signed, with every digit of its numbers
   *
   * @minItems 1
   */
  texts: [string, ...string[]];
  warnings: Warnings;
}
/**
 * `lineage`: what models were made from, as signatures and attestations say it
 */
export interface LineageResult {
  /**
   * the version of this form
   */
  schema: 'model-signing/result/v1';
  /**
   * whether the command did what was asked
   */
  ok: true;
  /**
   * what was done
   */
  command: 'lineage';
  /**
   * what decided which signers are accepted: a policy, the flags, or nothing, so that everything is only claimed
   */
  verifiedBy: 'policy' | 'signers' | 'nothing';
  /**
   * the policy; null without one
   */
  policy: string | null;
  /**
   * whether every model and every link is verified, and nothing contradicts it
   */
  verified: boolean;
  counts: LineageCounts;
  /**
   * models, data sets and whatever else they were made from, by digest
   */
  nodes: LineageNode[];
  /**
   * what was made from what, by the digest of what was made
   */
  edges: LineageEdge[];
  /**
   * statements that cannot all be true
   */
  conflicts: LineageConflict[];
  /**
   * what is named without a SHA-256 to find it by
   */
  unlinked: LineageUnlinked[];
  /**
   * the signatures and attestations, by file and line; other members refer to them by their places, counted from 0
   */
  statements: LineageStatement[];
  /**
   * what could not be read, or was left out
   */
  problems: LineageProblem[];
  warnings: Warnings;
}
/**
 * how many of each state there are
 */
export interface LineageCounts {
  nodes: LineageNodeCounts;
  edges: LineageEdgeCounts;
}
/**
 * how many models and data sets of each state there are
 */
export interface LineageNodeCounts {
  /**
   * signed by an accepted signer
   */
  verified: number;
  /**
   * signed by another one, or only attested
   */
  claimed: number;
  /**
   * named only
   */
  absent: number;
}
/**
 * how many links of each state there are
 */
export interface LineageEdgeCounts {
  /**
   * stated by an accepted signer
   */
  verified: number;
  /**
   * stated by others only
   */
  claimed: number;
}
/**
 * a model, or something that one was made from
 */
export interface LineageNode {
  /**
   * the root digest
   */
  digest: string;
  /**
   * `verified`: an accepted signer signed it; `claimed`: statements about it are at hand, and no such signature; `absent`: it is named only
   */
  state: 'verified' | 'claimed' | 'absent';
  /**
   * what statements call it, which decides nothing; those of verified statements come first
   */
  names: LineageName[];
  /**
   * what it is to what was made from it: `base-model`, `dataset`, `adapter`, `teacher`, or what a claim calls it
   */
  roles: string[];
  /**
   * what its digest is of, as statements say it
   */
  domains: string[];
  /**
   * the statements that are signatures of it
   */
  signatures: number[];
  /**
   * the statements that are attestations of it
   */
  attestations: number[];
}
/**
 * a name that a statement has for a model or data set
 */
export interface LineageName {
  /**
   * the name, which is untrusted
   */
  name: string;
  /**
   * the first statement that has it
   */
  statement: number;
  /**
   * whether a verified statement has it
   */
  state: 'verified' | 'claimed';
}
/**
 * that one was made from the other
 */
export interface LineageEdge {
  /**
   * what was made
   */
  child: string;
  /**
   * what it was made from
   */
  parent: string;
  /**
   * `verified`: an attestation by an accepted signer states it
   */
  state: 'verified' | 'claimed';
  /**
   * what the parent is to the child; more than one is a conflict
   */
  roles: string[];
  /**
   * the statements that state it
   */
  statements: number[];
}
/**
 * statements that cannot all be true
 */
export interface LineageConflict {
  /**
   * `base-models`: attestations of one subject name different ones; `roles`: one thing has several roles in the making of another; `names`: one digest has several names; `domains`: one digest is said to be of different things; `subject`: a claim is about something else than its statement; `cycle`: things are said to be made from each other
   */
  kind: 'base-models' | 'roles' | 'names' | 'domains' | 'subject' | 'cycle';
  /**
   * what it is about; what the statements differ on comes first
   */
  digests: string[];
  /**
   * the names or roles that differ, which are untrusted
   */
  texts: string[];
  /**
   * the statements that differ
   */
  statements: number[];
}
/**
 * something that a statement names without a SHA-256
 */
export interface LineageUnlinked {
  /**
   * what was made from it
   */
  child: string;
  /**
   * what the statement calls it
   */
  name: string | null;
  /**
   * what it is to what was made from it
   */
  role: string;
  /**
   * the statement
   */
  statement: number;
}
/**
 * a signature or attestation, and what became of it
 */
export interface LineageStatement {
  /**
   * the file that it is in
   */
  source: string;
  /**
   * the line where it begins
   */
  line: number | null;
  /**
   * what it is
   */
  kind: 'signature' | 'attestation';
  /**
   * whether it is by an accepted signer
   */
  state: 'verified' | 'claimed';
  /**
   * the type of its claim, a URI; null for a signature that is not verified
   */
  predicateType: string | null;
  /**
   * who made it; null unless it is verified
   */
  signer: Signer | null;
  /**
   * the name of the signer in the policy; null without one
   */
  signedBy: string | null;
  /**
   * why it is not verified
   */
  reason: EntryError | null;
}
/**
 * what could not be read, or was left out
 */
export interface LineageProblem {
  /**
   * the file that it is in
   */
  source: string;
  /**
   * the line where it begins
   */
  line: number | null;
  /**
   * the code of the error, if there is one
   */
  code: string | null;
  /**
   * what is wrong
   */
  message: string;
}
/**
 * `digest`: the model is hashed, as it would be to sign it
 */
export interface DigestResult {
  /**
   * the version of this form
   */
  schema: 'model-signing/result/v1';
  /**
   * whether the command did what was asked
   */
  ok: true;
  /**
   * what was done
   */
  command: 'digest';
  source?: Source;
  /**
   * the name of the model
   */
  model: string;
  rootDigest: RootDigest;
  draft?: Draft;
  annotations?: Annotations;
  publishedRootDigest?: PublishedRootDigest;
  serialization: Serialization;
  /**
   * how many files, or shards of files
   */
  resourceCount: number;
  /**
   * how many bytes were read to hash the model
   */
  bytes: number;
  engine: Engine;
  hashedBy: HashedBy;
  /**
   * how many files have a digest that the store states, and were not read; absent if every file was read
   */
  advertised?: number;
  /**
   * paths relative to the model: left out, and not hashed
   */
  ignored: string[];
  /**
   * paths relative to the model: links that were followed out of the model
   */
  externalLinks: string[];
  /**
   * files that are links to blobs in the cache of a hub, with `--hub-cache`
   */
  hubLinks: HubLink[];
  warnings: Warnings;
}
/**
 * `plan`: the hashing of a model is divided into parts
 */
export interface PlanResult {
  /**
   * the version of this form
   */
  schema: 'model-signing/result/v1';
  /**
   * whether the command did what was asked
   */
  ok: true;
  /**
   * what was done
   */
  command: 'plan';
  /**
   * the path of the plan, as it was given
   */
  plan: string;
  /**
   * the SHA-256 of the rest of the plan
   */
  id: string;
  /**
   * the name of the model
   */
  model: string;
  serialization: Serialization;
  /**
   * how many files
   */
  fileCount: number;
  /**
   * how many digests are to be computed
   */
  digestCount: number;
  /**
   * how many parts, which are numbered from 0
   */
  parts: number;
  /**
   * how many bytes are to be read; none were
   */
  bytes: number;
  /**
   * paths relative to the model: left out, and not planned
   */
  ignored: string[];
  warnings: Warnings;
}
/**
 * `hash`: the digests of one part of a plan are in a file
 */
export interface HashResult {
  /**
   * the version of this form
   */
  schema: 'model-signing/result/v1';
  /**
   * whether the command did what was asked
   */
  ok: true;
  /**
   * what was done
   */
  command: 'hash';
  /**
   * the path of the file with the digests
   */
  digests: string;
  /**
   * the identifier of the plan
   */
  plan: string;
  /**
   * which part it is
   */
  part: number;
  /**
   * which of several answers for the part it is; null for the only one
   */
  replica: number | null;
  /**
   * what the host is called in the file
   */
  host: string;
  /**
   * how many digests the part has
   */
  digestCount: number;
  /**
   * whether the file was written now; otherwise it was there, whole and for this plan
   */
  written: boolean;
  /**
   * how many bytes were read
   */
  bytes: number;
  /**
   * what hashed; null if the part was there already
   */
  engine: 'native' | 'node' | null;
  warnings: Warnings;
}
/**
 * `inspect` of the signature of a model: what it claims; nothing is verified
 */
export interface InspectResult {
  /**
   * the version of this form
   */
  schema: 'model-signing/result/v1';
  /**
   * whether the command did what was asked
   */
  ok: true;
  /**
   * what was done
   */
  command: 'inspect';
  /**
   * nothing is verified: anyone can write a file that claims anything
   */
  verified: false;
  /**
   * what the bundle is
   */
  kind: 'model-signature';
  source?: Source;
  /**
   * the signature of a model in a store: its name there, its path or its address; absent unless a model was named
   */
  signature?: string;
  signatureFrom?: SignatureFrom;
  signer: ClaimedSigner;
  /**
   * the name of the model; null in signatures of version 0.2.0 and earlier, which have none
   */
  model: string | null;
  rootDigest: RootDigest;
  draft?: Draft;
  annotations?: Annotations;
  publishedRootDigest?: PublishedRootDigest;
  serialization: ClaimedSerialization;
  /**
   * how many files, or shards of files
   */
  resourceCount: number;
  /**
   * the files, or shards of files
   */
  resources: Resource[];
  warnings: Warnings;
}
/**
 * how the model was hashed, as the signature claims
 */
export interface ClaimedSerialization {
  /**
   * a digest for each file, or for each range of a file
   */
  method: 'files' | 'shards';
  /**
   * the algorithm of these digests
   */
  hashAlgorithm: 'sha256' | 'blake2b' | 'blake3';
  /**
   * bytes of a range; null for `files`
   */
  shardSize: number | null;
  /**
   * whether links were followed
   */
  allowSymlinks: boolean;
  /**
   * paths that the signer left out
   */
  ignorePaths: string[];
}
/**
 * a file or a shard of a file
 */
export interface Resource {
  /**
   * the path of a file, and for a shard its range; untrusted, so escape it before you print it
   */
  name: string;
  /**
   * in hexadecimal
   */
  digest: string;
}
/**
 * `inspect` of another bundle, such as an attestation; nothing is verified
 */
export interface InspectOtherResult {
  /**
   * the version of this form
   */
  schema: 'model-signing/result/v1';
  /**
   * whether the command did what was asked
   */
  ok: true;
  /**
   * what was done
   */
  command: 'inspect';
  /**
   * nothing is verified: anyone can write a file that claims anything
   */
  verified: false;
  /**
   * what the bundle is
   */
  kind: 'attestation' | 'envelope' | 'message-signature';
  source?: Source;
  /**
   * the signature of a model in a store: its name there, its path or its address; absent unless a model was named
   */
  signature?: string;
  signatureFrom?: SignatureFrom;
  signer: ClaimedSigner;
  /**
   * the media type of the bundle, or null
   */
  mediaType: string | null;
  /**
   * the type of the signed payload, or null
   */
  payloadType: string | null;
  /**
   * how many signatures the envelope has; null for the signature of a message
   */
  signatures: number | null;
  /**
   * the in-toto statement, or null
   */
  statement: Statement | null;
  /**
   * the signed message, or null
   */
  message: Message | null;
}
/**
 * an in-toto statement, as the bundle claims it
 */
export interface Statement {
  /**
   * the type of the statement, or null
   */
  type: string | null;
  /**
   * the type of the predicate, or null
   */
  predicateType: string | null;
  /**
   * the first thousand subjects
   */
  subjects: Subject[];
  /**
   * how many subjects there are
   */
  subjectCount: number;
}
/**
 * what a statement is about
 */
export interface Subject {
  /**
   * its name, or null; untrusted, so escape it before you print it
   */
  name: string | null;
  /**
   * its digests
   */
  digests: NamedDigest[];
}
/**
 * a digest and its algorithm; both untrusted
 */
export interface NamedDigest {
  /**
   * the name of the algorithm
   */
  algorithm: string;
  /**
   * the digest, as the bundle writes it
   */
  digest: string;
}
/**
 * a signed message; untrusted
 */
export interface Message {
  /**
   * the digest algorithm
   */
  algorithm: string;
  /**
   * the digest of the message
   */
  digest: string;
}
/**
 * `inspect` of a file with several bundles, one a line; nothing is verified
 */
export interface InspectSeveralResult {
  /**
   * the version of this form
   */
  schema: 'model-signing/result/v1';
  /**
   * whether the command did what was asked
   */
  ok: true;
  /**
   * what was done
   */
  command: 'inspect';
  /**
   * nothing is verified: anyone can write a file that claims anything
   */
  verified: false;
  /**
   * what the file holds
   */
  kind: 'several';
  source?: Source;
  /**
   * the signature of a model in a store: its name there, its path or its address; absent unless a model was named
   */
  signature?: string;
  signatureFrom?: SignatureFrom;
  /**
   * the bundles, in their order
   */
  bundles: Bundle[];
}
/**
 * the signature of a model
 */
export interface ModelBundle {
  /**
   * what the bundle is
   */
  kind: 'model-signature';
  signer: ClaimedSigner;
  /**
   * the name of the model; null in signatures of version 0.2.0 and earlier, which have none
   */
  model: string | null;
  rootDigest: RootDigest;
  draft?: Draft;
  annotations?: Annotations;
  publishedRootDigest?: PublishedRootDigest;
  serialization: ClaimedSerialization;
  /**
   * how many files, or shards of files
   */
  resourceCount: number;
  /**
   * the files, or shards of files
   */
  resources: Resource[];
  warnings: Warnings;
}
/**
 * another bundle, such as an attestation
 */
export interface OtherBundle {
  /**
   * what the bundle is
   */
  kind: 'attestation' | 'envelope' | 'message-signature';
  signer: ClaimedSigner;
  /**
   * the media type of the bundle, or null
   */
  mediaType: string | null;
  /**
   * the type of the signed payload, or null
   */
  payloadType: string | null;
  /**
   * how many signatures the envelope has; null for the signature of a message
   */
  signatures: number | null;
  /**
   * the in-toto statement, or null
   */
  statement: Statement | null;
  /**
   * the signed message, or null
   */
  message: Message | null;
}
/**
 * a line that is no bundle
 */
export interface UnreadableBundle {
  /**
   * what the line is
   */
  kind: 'unreadable';
  error: BundleError;
}
/**
 * why a line is no bundle
 */
export interface BundleError {
  /**
   * as in errors
   */
  code: string;
  /**
   * for people
   */
  message: string;
}
/**
 * `key public`: the public half of a key
 */
export interface KeyPublicResult {
  /**
   * the version of this form
   */
  schema: 'model-signing/result/v1';
  /**
   * whether the command did what was asked
   */
  ok: true;
  /**
   * what was done
   */
  command: 'key-public';
  /**
   * where the key is held, for people
   */
  key: string;
  /**
   * the public key: SubjectPublicKeyInfo in PEM
   */
  publicKey: string;
  /**
   * the curve of the key
   */
  curve: 'P-256' | 'P-384' | 'P-521';
  /**
   * SHA-256 of the public key in DER, as other tools show it
   */
  fingerprint: string;
  /**
   * SHA-256 of the text of `publicKey`, by which signatures name the key
   */
  hint: string;
  warnings: Warnings;
}
/**
 * `key generate`: a key pair is made, in two files
 */
export interface KeyGenerateResult {
  /**
   * the version of this form
   */
  schema: 'model-signing/result/v1';
  /**
   * whether the command did what was asked
   */
  ok: true;
  /**
   * what was done
   */
  command: 'key-generate';
  /**
   * the file that holds the private key
   */
  privateKey: string;
  /**
   * the file that holds the public key
   */
  publicKeyFile: string;
  /**
   * whether a passphrase is needed to use the private key
   */
  encrypted: boolean;
  /**
   * the public key: SubjectPublicKeyInfo in PEM
   */
  publicKey: string;
  /**
   * the curve of the key
   */
  curve: 'P-256' | 'P-384' | 'P-521';
  /**
   * SHA-256 of the public key in DER, as other tools show it
   */
  fingerprint: string;
  /**
   * SHA-256 of the text of `publicKey`, by which signatures name the key
   */
  hint: string;
  warnings: Warnings;
}
/**
 * `policy check`: the policy can be used
 */
export interface PolicyCheckResult {
  /**
   * the version of this form
   */
  schema: 'model-signing/result/v1';
  /**
   * whether the command did what was asked
   */
  ok: true;
  /**
   * what was done
   */
  command: 'policy-check';
  /**
   * the path of the policy
   */
  policy: string;
  mode: PolicyMode;
  /**
   * how many signers the policy names
   */
  signers: number;
  /**
   * how many rules it has
   */
  rules: number;
  /**
   * what is probably not meant
   */
  problems: PolicyProblem[];
  warnings: Warnings;
}
/**
 * something in a policy that is probably not meant
 */
export interface PolicyProblem {
  /**
   * what kind of problem it is
   */
  code: string;
  /**
   * whether it is a mistake, or may be meant
   */
  severity: 'error' | 'warning';
  /**
   * its place in the policy, as a JSON pointer
   */
  pointer: string;
  /**
   * for people: what is wrong
   */
  message: string;
}
/**
 * `policy explain`: the rule that decides for a name, and what it requires
 */
export interface PolicyExplainResult {
  /**
   * the version of this form
   */
  schema: 'model-signing/result/v1';
  /**
   * whether the command did what was asked
   */
  ok: true;
  /**
   * what was done
   */
  command: 'policy-explain';
  /**
   * the path of the policy
   */
  policy: string;
  /**
   * the name of the model that the rule was looked up by
   */
  name: string;
  rule: MatchedRule1;
  /**
   * how many rules the policy has
   */
  ruleCount: number;
  mode: PolicyMode;
  /**
   * whether the rule refuses every model
   */
  reject: boolean;
  /**
   * the signers whose signatures count; none if the rule rejects
   */
  signers: PolicySigner[];
  /**
   * the signers that the rule names for attestations, each once
   */
  attesters: PolicySigner[];
  /**
   * what is required, with every default filled in; null if the rule rejects
   */
  require: Requirements | null;
  revoked: Revoked;
}
/**
 * the rule of a policy that decides
 */
export interface MatchedRule1 {
  /**
   * its place in the policy, counted from 0
   */
  index: number;
  /**
   * its pattern that matched
   */
  pattern: string;
  /**
   * the remark in the policy, or null
   */
  description: string | null;
}
/**
 * a signer of a policy; what its method does not have is null or empty
 */
export interface PolicySigner {
  /**
   * the name of the signer in the policy
   */
  name: string;
  /**
   * the remark in the policy, or null
   */
  description: string | null;
  /**
   * how the signer signs
   */
  method: 'key' | 'certificate' | 'sigstore';
  /**
   * of a key its hint in signatures; of a certificate the SHA-256 of the only one that counts, or null
   */
  fingerprint: string | null;
  /**
   * of an identity: the identity provider
   */
  issuer: string | null;
  /**
   * of an identity its name; of a certificate an alternative name, or null
   */
  identity: Expected | null;
  /**
   * of a certificate: its subject, or null
   */
  subject: Expected | null;
  /**
   * of a certificate: the trusted certificates
   */
  trusted: TrustAnchor[];
  /**
   * of a certificate: those of trusted timestamp authorities
   */
  timestampRoots: TrustAnchor[];
  /**
   * of an identity: SHA-256 of the trust root; null for the public instance of Sigstore
   */
  trustedRoot: string | null;
  /**
   * the last time at which the signer counts, in ISO 8601, or null
   */
  validUntil: string | null;
  /**
   * the time in ISO 8601 from which its signatures no longer count, or null
   */
  revokedFrom: string | null;
  /**
   * other names in the policy for the same signer
   */
  sameAs: string[];
}
export interface Expected2 {
  /**
   * the text itself
   */
  exact?: string;
  /**
   * a pattern in RE2 syntax for the whole text
   */
  pattern?: string;
}
/**
 * a trusted certificate
 */
export interface TrustAnchor {
  /**
   * its subject, escaped for printing
   */
  subject: string;
  /**
   * SHA-256 of the certificate
   */
  fingerprint: string;
  /**
   * the end of its validity in ISO 8601
   */
  validTo: string;
}
/**
 * what a rule requires of signatures and models
 */
export interface Requirements {
  /**
   * the names of the signers whose signatures count
   */
  signedBy: string[];
  /**
   * how many different signers must have signed
   */
  threshold: number;
  /**
   * paths in the model that may be left unverified
   */
  ignoredPaths: string[];
  /**
   * what happens to files that were not signed
   */
  unsignedFiles: 'refuse' | 'report';
  /**
   * whether symbolic links are followed if the signer followed them
   */
  symlinks: boolean;
  /**
   * the hash algorithms that a signature may use; null for each
   */
  hashAlgorithms: ('sha256' | 'blake2b' | 'blake3')[] | null;
  /**
   * whether forms before version 1.0 are accepted
   */
  historicalFormats: boolean;
  /**
   * whether a signature needs a verified time
   */
  timestamp: 'required' | 'optional';
  /**
   * the first time in ISO 8601 at which a signature counts, or null
   */
  signedAfter: string | null;
  /**
   * the time in ISO 8601 from which a signature does not count, or null
   */
  signedBefore: string | null;
  /**
   * whether warnings refuse the model
   */
  strict: boolean;
  /**
   * the only root digests that are accepted; null for any
   */
  rootDigests: string[] | null;
  /**
   * the attestations that the model needs, each of them
   */
  attestations: RequiredAttestation[];
}
/**
 * an attestation that a rule requires
 */
export interface RequiredAttestation {
  /**
   * the type of its claim, a URI
   */
  predicateType: string;
  /**
   * the names of the signers of whom any one counts
   */
  signedBy: string[];
}
/**
 * what no longer counts, whatever the rules say
 */
export interface Revoked {
  /**
   * root digests that are refused
   */
  rootDigests: string[];
  /**
   * signers that no longer count
   */
  signers: RevokedSigner[];
}
/**
 * a signer that no longer counts
 */
export interface RevokedSigner {
  /**
   * the name in the policy
   */
  name: string;
  /**
   * the time in ISO 8601 from which its signatures do not count
   */
  from: string;
  signer: PolicySigner1;
}
/**
 * a signer of a policy; what its method does not have is null or empty
 */
export interface PolicySigner1 {
  /**
   * the name of the signer in the policy
   */
  name: string;
  /**
   * the remark in the policy, or null
   */
  description: string | null;
  /**
   * how the signer signs
   */
  method: 'key' | 'certificate' | 'sigstore';
  /**
   * of a key its hint in signatures; of a certificate the SHA-256 of the only one that counts, or null
   */
  fingerprint: string | null;
  /**
   * of an identity: the identity provider
   */
  issuer: string | null;
  /**
   * of an identity its name; of a certificate an alternative name, or null
   */
  identity: Expected | null;
  /**
   * of a certificate: its subject, or null
   */
  subject: Expected | null;
  /**
   * of a certificate: the trusted certificates
   */
  trusted: TrustAnchor[];
  /**
   * of a certificate: those of trusted timestamp authorities
   */
  timestampRoots: TrustAnchor[];
  /**
   * of an identity: SHA-256 of the trust root; null for the public instance of Sigstore
   */
  trustedRoot: string | null;
  /**
   * the last time at which the signer counts, in ISO 8601, or null
   */
  validUntil: string | null;
  /**
   * the time in ISO 8601 from which its signatures no longer count, or null
   */
  revokedFrom: string | null;
  /**
   * other names in the policy for the same signer
   */
  sameAs: string[];
}
/**
 * `policy init`: a policy was begun with the signer of a model
 */
export interface PolicyInitResult {
  /**
   * the version of this form
   */
  schema: 'model-signing/result/v1';
  /**
   * whether the command did what was asked
   */
  ok: true;
  /**
   * what was done
   */
  command: 'policy-init';
  /**
   * the path of the policy; `-` if it is only in `document`
   */
  policy: string;
  /**
   * the policy: https://model-signing.example/spec/policy/v1/policy.schema.json
   */
  document: {
    [k: string]: unknown;
  };
  /**
   * the signature: its path as it was given or found, its address, or its name in the store; `-` is standard input
   */
  signature: string;
  signatureFrom: SignatureFrom;
  source?: Source;
  /**
   * who signed
   */
  signer: KeySigner | CertificateSigner | SigstoreSigner;
  rootDigest: RootDigest;
  engine: Engine;
  warnings: Warnings;
}
/**
 * `trust`: the signer of a model is known for a name
 */
export interface TrustResult {
  /**
   * the version of this form
   */
  schema: 'model-signing/result/v1';
  /**
   * whether the command did what was asked
   */
  ok: true;
  /**
   * what was done
   */
  command: 'trust';
  /**
   * the name that the signer is trusted for
   */
  name: string;
  /**
   * the path of the known signers
   */
  knownSigners: string;
  /**
   * whether this signer was trusted for the name before
   */
  wasThere: boolean;
  /**
   * whether another signer was trusted for the name before
   */
  replaced: boolean;
  /**
   * the signature: its path as it was given or found, its address, or its name in the store; `-` is standard input
   */
  signature: string;
  signatureFrom: SignatureFrom;
  source?: Source;
  /**
   * who signed
   */
  signer: KeySigner | CertificateSigner | SigstoreSigner;
  rootDigest: RootDigest;
  engine: Engine;
  warnings: Warnings;
}
/**
 * `version` or `--version`
 */
export interface VersionResult {
  /**
   * the version of this form
   */
  schema: 'model-signing/result/v1';
  /**
   * whether the command did what was asked
   */
  ok: true;
  /**
   * what was done
   */
  command: 'version';
  /**
   * the version of the command
   */
  version: string;
  /**
   * the version of Node.js that runs the command
   */
  node: string;
  /**
   * the operating system and the processor, as Node.js names them: `linux-x64`
   */
  platform: string;
  /**
   * what hashes the files of large models
   */
  engine: 'native' | 'node';
  /**
   * for `native`: the platform that it was compiled for
   */
  enginePlatform?: string;
  /**
   * for `node`: why the native engine is not used
   */
  engineProblem?: string;
  /**
   * the versions of the format that are signed and verified
   *
   * @minItems 1
   */
  formats: [string, ...string[]];
  /**
   * the drafts of the format that `--draft` takes
   */
  drafts: string[];
}
/**
 * `--help`
 */
export interface HelpResult {
  /**
   * the version of this form
   */
  schema: 'model-signing/result/v1';
  /**
   * whether the command did what was asked
   */
  ok: true;
  /**
   * what was done
   */
  command: 'help';
  /**
   * the help, as it is shown without `--json`
   */
  text: string;
}
/**
 * `completion`
 */
export interface CompletionResult {
  /**
   * the version of this form
   */
  schema: 'model-signing/result/v1';
  /**
   * whether the command did what was asked
   */
  ok: true;
  /**
   * what was done
   */
  command: 'completion';
  /**
   * the shell
   */
  shell: 'bash' | 'zsh' | 'fish';
  /**
   * the script for it
   */
  script: string;
}
/**
 * any command that did not do what was asked
 */
export interface Failure {
  /**
   * the version of this form
   */
  schema: 'model-signing/result/v1';
  /**
   * whether the command did what was asked
   */
  ok: false;
  error: CommandFailure;
  source?: Source;
}
/**
 * why the command failed
 */
export interface CommandFailure {
  /**
   * `stage/cause`, `source/cause` if the store of a model failed, `key/cause` if a key that is held elsewhere could not be used, `policy/cause` if a policy refused or could not be used, or `command/cause` if the command itself did; a code never changes its meaning, and codes may be added
   */
  code: string;
  /**
   * the stage of the format that refused; null if the command itself, a store, a policy or a key that is held elsewhere failed
   */
  stage: 'bundle' | 'envelope' | 'signer' | 'statement' | 'manifest' | 'model' | null;
  requirement: Requirement;
  /**
   * for people: names the offending file or value
   */
  message: string;
  /**
   * for `model/mismatch` every file that differs, and for `model/ignored-files` everything that was left out; else empty
   */
  differences: Difference[];
  /**
   * for people: what can be done
   */
  hints: string[];
  /**
   * what the caller has to choose from, such as the names of signatures or the identifiers of keys; untrusted; absent if there is no choice
   */
  choices?: string[];
  policy?: PolicyJudgement2;
  signers?: ChangedSigner;
  /**
   * for `policy check`: what is wrong with a policy that can be read
   */
  problems?: PolicyProblem[];
  /**
   * whether refusals are enforced, or reported only
   */
  mode?: 'enforce' | 'warn';
  /**
   * the exit code: 1 rejected, 2 wrong command line, 3 could not run, 129, 130 and 143 interrupted by a signal
   */
  exitCode: 1 | 2 | 3 | 129 | 130 | 143;
}
/**
 * a file that differs from what was signed
 */
export interface Difference {
  /**
   * `modified`: with other content; `missing`: signed and not there; `unsigned`: there, neither signed nor left out; `ignored`: left out, which the caller refuses
   */
  kind: 'modified' | 'missing' | 'unsigned' | 'ignored';
  /**
   * relative to the model; untrusted, so escape it before you print it
   */
  path: string;
  /**
   * of a modified shard: its bytes `[start, end)`
   *
   * @minItems 2
   * @maxItems 2
   */
  range?: never[];
  /**
   * of a modified file: what was signed, such as a digest or a size
   */
  expected?: string;
  /**
   * of a modified file: what was found
   */
  actual?: string;
  /**
   * of a modified file: it is only a pointer of this kind to its content
   */
  pointer?: 'git-lfs' | 'git-xet' | 'git-annex' | 'hub-link';
}
/**
 * how the policy judged the signatures; absent if none did
 */
export interface PolicyJudgement2 {
  /**
   * the path of the policy, or of the known signers
   */
  file: string;
  /**
   * the hint of the key that signed the policy, with `--policy-signer`; else null
   */
  signedBy: string | null;
  /**
   * the name of the model that the rule was looked up by
   */
  name: string;
  /**
   * the rule that decides; null if there is none for the name
   */
  rule: MatchedRule | null;
  mode: PolicyMode;
  /**
   * whether a refusal is an error; false in the mode `warn`
   */
  enforced: boolean;
  /**
   * how many different signers must have signed; 0 if no rule asks for any
   */
  threshold: number;
  /**
   * one signature of each different signer that counts
   */
  counted: CountedSignature[];
  /**
   * all other signatures
   */
  notCounted: UncountedSignature[];
  /**
   * how the attestations that the rule requires were judged; null if it requires none, or if too few signatures count
   */
  attestations: JudgedAttestations | null;
}
/**
 * for `policy/signer-changed`: both signers
 */
export interface ChangedSigner {
  /**
   * the trusted signers
   */
  known: PolicySigner[];
  /**
   * who the signatures are by
   */
  found: FoundSigner[];
}
/**
 * who a signature is by
 */
export interface FoundSigner {
  /**
   * its path, address or name
   */
  signature: string;
  /**
   * who signed, if that was verified; else null
   */
  signer: Signer | null;
  /**
   * what the signature claims, if nothing was verified; null if it was, or cannot be read
   */
  claims: ClaimedSigner | null;
}