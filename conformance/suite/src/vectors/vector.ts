import type { RequirementId as CurrentId } from '@model-signing/spec';
import type { BasisKind } from '@model-signing/spec/requirements';
import type { RequirementId as DraftId } from '@model-signing/spec/v1.1';
import type { ReasonClass } from './reasons.ts';

/** The identifier of a requirement of the format or of its draft. */
export type RequirementId = CurrentId | DraftId;

/** What an implementation can claim to support; `core` is the minimum, and `draft` is for those that follow a draft of the format. */
export const profiles = [
  'core',
  'certificate',
  'sigstore',
  'shards',
  'blake2b',
  'blake3',
  'symlinks',
  'historical',
  'partial',
  'advertised',
  'policy',
  'attestations',
  'draft',
] as const;

export type Profile = (typeof profiles)[number];

export type Stage = 'bundle' | 'envelope' | 'signer' | 'statement' | 'manifest' | 'model' | 'policy' | 'attestation';

/** A class of {@link ReasonClass}, or a stage for any of its classes. */
export type Reason = ReasonClass | Stage;

/** The bytes of a file, as data: see `content.ts`. */
export type Content =
  | { readonly utf8: string }
  | { readonly hex: string }
  | { readonly prng: { readonly seed: string; readonly length: number } }
  | { readonly repeat: { readonly hex: string; readonly count: number } }
  | { readonly sparse: { readonly length: number } };

/** The path of an entry; `pathHex` if it is not UTF-8. */
export type NodePath = { readonly path: string } | { readonly pathHex: string };

/** An entry of a file system. Directories above it need no node of their own. */
export type TreeNode = NodePath &
  (
    | { readonly kind: 'file'; readonly content: Content }
    | { readonly kind: 'dir' }
    | { readonly kind: 'symlink'; readonly target: string }
    | { readonly kind: 'fifo' }
  );

/** A directory or a single file in an otherwise empty workspace, and the entries around it. */
export type VectorModel = {
  readonly name: string;
  /** Relative to the workspace, made after the model. */
  readonly around?: readonly TreeNode[];
  /** The path that the program gets, relative to the workspace. Default: the name. */
  readonly path?: string;
} & ({ readonly tree: readonly TreeNode[] } | { readonly content: Content });

/** How a bundle was signed; with `policy`, the signers of a policy say how. */
export type Method = 'key' | 'certificate' | 'sigstore' | 'policy';
export type HashAlgorithm = 'sha256' | 'blake2b' | 'blake3';

/** The inputs of the program; absent members have their defaults. Files are relative to the vectors' directory. */
export interface VectorInputs {
  readonly method: Method;
  readonly privateKey?: string;
  readonly publicKey?: string | undefined;
  readonly certificate?: string;
  readonly chain?: readonly string[];
  readonly roots?: readonly string[];
  readonly timestampRoots?: readonly string[];
  readonly trustedRoot?: 'trusted_root.json';
  /** To verify a key or a certificate: an entry in a log of the trust root is required. */
  readonly requireLog?: boolean;
  readonly identity?: string;
  readonly identityProvider?: string;
  readonly verificationTime?: string;
  /** Relative to the workspace. Default: the model's name and `.sig`. */
  readonly signature?: string;
  /** Relative to the model root. */
  readonly ignorePaths?: readonly string[];
  readonly ignoreGitPaths?: boolean;
  readonly ignoreUnsignedFiles?: boolean;
  readonly allowSymlinks?: boolean;
  readonly allowExternalSymlinks?: boolean;
  readonly strict?: boolean;
  readonly hashAlgorithm?: HashAlgorithm;
  readonly serialization?: 'files' | 'shards';
  readonly shardSize?: number;
  /** The draft of the format to sign in, or to accept as well. Undefined removes the draft of the control. */
  readonly draft?: '1.1' | undefined;
  /** The extensions of the draft that may be used. Undefined removes those of the control. */
  readonly extensions?: readonly string[] | undefined;
  /** To verify: the part of a file that alone is checked, with the side file beside the vector. */
  readonly range?: { readonly path: string; readonly start: number; readonly end: number };
  readonly sideFile?: 'side-file.bin';
  /** To sign: the annotations of the model. */
  readonly annotations?: Annotations;
  /** To sign: attestation files in the model root are left out, in a draft. */
  readonly excludeAttestations?: boolean;
  /** To verify: the files and directories that alone are compared, by their names in the manifest. */
  readonly only?: readonly string[];
  /** To verify: a pointer of Git LFS stands for the file in whose place it is. */
  readonly lfsPointers?: boolean;
  /** To verify: the file of the model is an OCI image manifest, which lists the model. */
  readonly ociManifest?: boolean;
  /** To verify with the method `policy`: the policy that decides. */
  readonly policy?: 'policy.json';
  /** The files that the policy names, with the paths that they have from it. */
  readonly policyFiles?: readonly string[];
  /** The name by which the caller asks the policy. Default: the path of the model. */
  readonly as?: string;
  /** To verify: files of attestations beside the vector. */
  readonly attestations?: readonly string[];
  /** To verify: the types of which there must be an attestation, as URIs or short names. Undefined removes those of the control. */
  readonly requireAttestation?: readonly string[] | undefined;
}

/** Values by key. */
export type Annotations = Readonly<Record<string, string>>;

export interface ExpectedDifference {
  readonly kind: 'modified' | 'missing' | 'unsigned';
  readonly path: string;
}

/** What an acceptance says of the model: section 13.2. */
export type ExpectedVerdict = 'verified' | 'partial' | 'advertised';

/** What became of an entry in a file of attestations: section 13.6. */
export interface ReportedAttestation {
  /** Where it begins, counted from 1. */
  readonly line: number;
  readonly verdict: 'accepted' | 'refused' | 'unknown' | 'duplicate';
  /** Of one that was accepted. */
  readonly type?: string;
}

/** The details that the program must report when it accepts. */
export interface ExpectedReport {
  readonly ignored?: readonly string[];
  readonly unsigned?: readonly string[];
  readonly externalLinks?: readonly string[];
  readonly rootDigest?: string;
  readonly resources?: number;
  readonly signer?: string;
  readonly annotations?: Annotations;
  readonly verdict?: ExpectedVerdict;
  /** Names of the listed files that were compared by a stated digest alone. */
  readonly advertised?: readonly string[];
  /** How many listed files were left out. */
  readonly unchecked?: number;
  /** By a policy: the names of the signers that were counted, and whether a refusal would have been one. */
  readonly counted?: readonly string[];
  readonly enforced?: boolean;
  /** The entries of the files of attestations, in their order. */
  readonly attestations?: readonly ReportedAttestation[];
}

/** The exact signed content, in addition to what the oracle checks in every bundle. */
export interface ExpectedSignature {
  readonly subject?: string;
  readonly method?: 'files' | 'shards';
  readonly hashType?: HashAlgorithm;
  readonly shardSize?: number | null;
  readonly allowSymlinks?: boolean;
  readonly rootDigest?: string;
  readonly resources?: readonly { readonly name: string; readonly digest: string }[];
  readonly ignorePaths?: readonly string[];
  readonly key?: string;
  readonly certificates?: readonly string[];
  /** All of them; none if it is empty. */
  readonly annotations?: Annotations;
}

export interface Expectation {
  /** `either`: the format leaves it open; the outcome is shown but never graded. */
  readonly outcome: 'accept' | 'reject' | 'either';
  readonly reasons?: readonly Reason[];
  readonly names?: readonly string[];
  readonly warnings?: readonly Reason[];
  readonly differences?: readonly ExpectedDifference[];
  readonly report?: ExpectedReport;
  /** For a refusal to sign: whether the earlier signature file is unchanged. */
  readonly kept?: true;
  readonly signed?: ExpectedSignature;
}

/** Whether a vector judges only implementations that follow the draft of the format. */
export function isDraft({ vector }: { readonly vector: Pick<Vector, 'profile'> }): boolean {
  return vector.profile === 'draft';
}

/** What the expected outcome of a vector rests on; `open` if the format leaves the outcome open. */
export type VectorBasis = BasisKind | 'open';

/** Each basis, from what binds every implementation to what binds none. */
export const vectorBases = [
  'public',
  'upstream',
  'clarification',
  'proposal',
  'own',
  'open',
] as const satisfies readonly VectorBasis[];

/** One case, in the form of `vector.json`; the schema defines each member. */
export interface Vector {
  readonly $schema?: string;
  readonly id: string;
  readonly title: string;
  readonly since: string;
  readonly kind: 'verify' | 'sign' | 'roundtrip' | 'historical';
  readonly profile: Profile;
  readonly level: 'MUST' | 'SHOULD' | 'MAY';
  readonly requirements: readonly RequirementId[];
  /** Those of the requirements that demand the expected outcome. */
  readonly decidedBy: readonly RequirementId[];
  readonly basis: VectorBasis;
  readonly control?: string;
  readonly why?: string;
  readonly after?: readonly string[];
  readonly heavy?: true;
  readonly model: VectorModel;
  readonly inputs: VectorInputs;
  readonly bundle?: { readonly file: 'bundle.json'; readonly sha256: string };
  /** For a policy: signature files besides the first one. */
  readonly furtherBundles?: readonly { readonly file: string; readonly sha256: string }[];
  readonly verify?: { readonly model: VectorModel; readonly inputs: VectorInputs };
  readonly expect: Expectation;
}

/** What an implementation does in a vector. */
export type Role = 'sign' | 'verify';

export function roleOf({ kind }: Pick<Vector, 'kind'>): Role {
  return kind === 'sign' || kind === 'roundtrip' ? 'sign' : 'verify';
}
