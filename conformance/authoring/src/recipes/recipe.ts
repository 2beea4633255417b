import type {
  Expectation,
  Profile,
  Reason,
  RequirementId,
  TreeNode,
  Vector,
  VectorInputs,
  VectorModel,
} from '../../../suite/src/vectors/vector.ts';
import type { EcdsaSignature, KeyName, SignatureHash } from './keys.ts';
import type { Forged, Listing } from './signed-model.ts';

/** Changes to a valid bundle, layer by layer; every layer above a changed one is rebuilt. */
export interface Forgery {
  /** Edits the statement; the root digest is recomputed afterwards. */
  readonly statement?: (statement: Forged) => void;
  /** Edits the statement and leaves the root digest as it is. */
  readonly statementAndRoot?: (statement: Forged) => void;
  /** Edits the text of the payload. */
  readonly payload?: (json: string) => string | Buffer;
  /** Makes the bytes that are signed. */
  readonly signedBytes?: (payloadType: string, payload: Buffer) => Buffer;
  readonly payloadType?: string;
  /** Signs with a hash other than the curve's. */
  readonly hash?: SignatureHash;
  /** Writes the signature in another way, or another signature. */
  readonly signature?: (signature: EcdsaSignature) => Buffer;
  readonly envelope?: (envelope: Forged) => void;
  readonly material?: (material: Forged, signed: Signed) => void;
  readonly bundle?: (bundle: Forged) => void;
  /** Edits the text of the signature file. */
  readonly raw?: (json: string) => string | Buffer;
}

/** The signed content, for material that depends on it. */
export interface Signed {
  readonly signature: Buffer;
  readonly payload: Buffer;
  readonly signedBytes: Buffer;
}

/** Common to all recipes. Absent members are as in the control. */
export interface RecipeBase {
  readonly id: string;
  readonly title: string;
  readonly requirements: readonly RequirementId[];
  /** Those that demand the outcome. Default: the first. */
  readonly decidedBy?: readonly RequirementId[];
  readonly profile?: Profile;
  readonly level?: Vector['level'];
  readonly why?: string;
  readonly after?: readonly string[];
  readonly heavy?: true;
  readonly model?: VectorModel;
  readonly inputs?: Partial<VectorInputs>;
}

export interface VerifyRecipe extends RecipeBase {
  readonly kind: 'verify' | 'historical';
  /** The control, from which this vector differs in one thing; absent for one without a control. */
  readonly from?: string;
  /** Edits Sigstore's trust root, stored beside the vector. */
  readonly trust?: (root: Forged) => void;
  /** What the signer signed. Absent: as in the control; without one, the model. */
  readonly signed?: VectorModel;
  readonly listing?: Partial<Listing>;
  readonly signer?: KeyName;
  readonly forge?: Forgery;
  /** The side file of the file of which a range is checked, which is changed by each in turn. */
  readonly sideFile?: (side: Buffer) => Buffer;
  /** The policy: a document, its text, or a change of that of the control. */
  readonly policy?: PolicyRecipe;
  /** Signature files that a policy is to judge besides the first one. */
  readonly further?: readonly FurtherSignature[];
  /** The files of attestations of the model. */
  readonly attestations?: readonly AttestationFileRecipe[];
  readonly expect: Expectation;
}

/** A policy as a document, as text, or as a change of that of the control. */
export type PolicyRecipe = string | object | ((document: Forged) => void);

/** A second signature, of the same model unless it says another. */
export type FurtherSignature = Pick<VerifyRecipe, 'signed' | 'listing' | 'signer' | 'forge'>;

/** An attestation of the model, made as this project makes one and then changed. */
export interface AttestationRecipe {
  /** Default: that of SLSA provenance 1. */
  readonly type?: string;
  /** Default: the signer of the model. */
  readonly signer?: KeyName;
  /** What is attested. Default: what the signer of the model signed. */
  readonly of?: Pick<VerifyRecipe, 'signed' | 'listing'>;
  /** Edits the statement. */
  readonly statement?: (statement: Forged) => void;
  /** Edits the bundle; its changes of the statement are those of this recipe. */
  readonly forge?: Omit<Forgery, 'statement' | 'statementAndRoot'>;
  /** Writes the bundle on several lines. */
  readonly indented?: true;
}

/** A file of attestations: its entries, each an attestation or a line as it is, and an edit of its text. */
export interface AttestationFileRecipe {
  readonly entries: readonly (AttestationRecipe | string)[];
  readonly text?: (text: string) => string;
}

export interface SignRecipe extends RecipeBase {
  readonly kind: 'sign' | 'roundtrip';
  readonly from?: string;
  readonly verify?: { readonly model?: VectorModel; readonly inputs?: Partial<VectorInputs> };
  readonly expect: Expectation;
}

export type Recipe = VerifyRecipe | SignRecipe;

/** The format requires a refusal, for one of these reasons. */
export function reject(reasons: readonly Reason[], more: Omit<Expectation, 'outcome' | 'reasons'> = {}): Expectation {
  return { outcome: 'reject', reasons, ...more };
}

/** The format requires acceptance. */
export function accept(more: Omit<Expectation, 'outcome'> = {}): Expectation {
  return { outcome: 'accept', ...more };
}

/** The format leaves the outcome open. */
export const either: Expectation = { outcome: 'either' };

/** A directory of files with texts as contents, and other nodes. */
export function directory(
  files: Readonly<Record<string, string>>,
  nodes: readonly TreeNode[] = [],
  rest: { readonly name?: string; readonly around?: readonly TreeNode[]; readonly path?: string } = {},
): VectorModel {
  return { name: 'model', ...rest, tree: [...Object.entries(files).map(([path, utf8]) => file(path, utf8)), ...nodes] };
}

export function file(path: string, utf8: string): TreeNode {
  return { kind: 'file', path, content: { utf8 } };
}

export function link(path: string, target: string): TreeNode {
  return { kind: 'symlink', path, target };
}

/** The expectation of a table row: a refusal if it lists reasons, otherwise acceptance. */
export type Outcome = Expectation | readonly Reason[];

export function expectationOf(outcome: Outcome): Expectation {
  return 'outcome' in outcome ? outcome : reject(outcome);
}

/** A vector that differs from its control by `change`. */
export function variant(
  from: string,
  id: string,
  title: string,
  requirements: readonly RequirementId[],
  change: Omit<VerifyRecipe, 'kind' | 'from' | 'id' | 'title' | 'requirements' | 'expect'>,
  outcome: Outcome = accept(),
): VerifyRecipe {
  return { kind: 'verify', from, id, title, requirements, ...change, expect: expectationOf(outcome) };
}

/** Sets a member, or removes it if the value is undefined. */
export function set(object: Forged, member: string, value: unknown): void {
  if (value === undefined) delete object[member];
  else object[member] = value;
}
