import { createHash } from 'node:crypto';
import { sideFileOf } from '../../../suite/src/oracle/blake3-tree.ts';
import { basisOf, type Decided } from '../../../suite/src/vectors/basis.ts';
import { bytesOf } from '../../../suite/src/vectors/content.ts';
import type { Vector, VectorInputs, VectorModel } from '../../../suite/src/vectors/vector.ts';
import { attestationFile } from './attestation-file.ts';
import { forgeBundle } from './forge.ts';
import { privateKeyFile, publicKeyFile } from './keys.ts';
import { policyFilesOf, policyText } from './policy-document.ts';
import type { Recipe, SignRecipe, VerifyRecipe } from './recipe.ts';
import type { Listing } from './signed-model.ts';
import { trustRoot } from './sigstore.ts';

export interface CompiledVector {
  readonly vector: Vector;
  readonly bundle: Buffer | null;
  /** Sigstore's trust root, stored beside the vector, or null. */
  readonly trustedRoot: Buffer | null;
  /** Stored beside the vector, or null. */
  readonly policy: Buffer | null;
  /** Stored beside the vector, or null. */
  readonly sideFile: Buffer | null;
  readonly furtherBundles: readonly Buffer[];
  /** Files of attestations, stored beside the vector. */
  readonly attestations: readonly Buffer[];
}

/** What the basis of each vector is computed from, by id. */
type Outcomes = ReadonlyMap<string, Decided>;

/** Makes vectors from recipes; each inherits from its control what it does not define itself. */
export function compile(recipes: readonly Recipe[]): CompiledVector[] {
  const byId = new Map(recipes.map((recipe) => [recipe.id, recipe]));
  const twice = recipes.find(({ id }, index) => recipes.findIndex((each) => each.id === id) !== index);
  if (twice) throw new Error(`two recipes have one id: ${twice.id}`);
  const begun = recipes.find(({ title }) => title.startsWith('TITLE'));
  if (begun) throw new Error(`${begun.id} is not written yet: say in its title what it changes, and change it`);
  const outcomes = new Map(recipes.map((recipe) => [recipe.id, decidedIn(recipe, ancestryOf(recipe, byId))]));
  return recipes.map((recipe) => {
    const line = ancestryOf(recipe, byId);
    return isSignRecipe(recipe)
      ? {
          vector: signVector(recipe, line as SignRecipe[], outcomes),
          bundle: null,
          trustedRoot: null,
          policy: null,
          sideFile: null,
          furtherBundles: [],
          attestations: [],
        }
      : verifyVector(recipe, line as VerifyRecipe[], outcomes);
  });
}

function decidedIn(recipe: Recipe, line: readonly Recipe[]): Decided {
  const { id, requirements, decidedBy = requirements.slice(0, 1), from, expect } = recipe;
  const profile = last(line, 'profile') ?? 'core';
  return { id, profile, decidedBy, expect, ...(from === undefined ? {} : { control: from }) };
}

function isSignRecipe(recipe: Recipe): recipe is SignRecipe {
  return recipe.kind === 'sign' || recipe.kind === 'roundtrip';
}

/** A recipe and its ancestors, the oldest first. */
function ancestryOf(recipe: Recipe, byId: ReadonlyMap<string, Recipe>): Recipe[] {
  if (recipe.from === undefined) return [recipe];
  const from = byId.get(recipe.from);
  if (!from) throw new Error(`${recipe.id} comes from ${recipe.from}, which does not exist`);
  return [...ancestryOf(from, byId), recipe];
}

function last<R extends Recipe, K extends keyof R>(line: readonly R[], member: K): R[K] | undefined {
  return line.findLast((recipe) => recipe[member] !== undefined)?.[member];
}

function common(
  recipe: Recipe,
  line: readonly Recipe[],
  model: VectorModel,
  inputs: VectorInputs,
  outcomes: Outcomes,
): Omit<Vector, 'expect'> {
  const decided = decidedIn(recipe, line);
  const { id, title, kind, requirements, from, why, after, heavy } = recipe;
  return {
    $schema: '../../schema/vector.schema.json',
    id,
    title,
    since: '1.0.0',
    kind,
    profile: decided.profile,
    level: recipe.level ?? 'MUST',
    requirements,
    decidedBy: decided.decidedBy,
    basis: basisOf(decided, outcomes),
    ...(from === undefined ? {} : { control: from }),
    ...(why === undefined ? {} : { why }),
    ...(after === undefined ? {} : { after }),
    ...(heavy === undefined ? {} : { heavy }),
    model,
    inputs,
  };
}

function inputsOf(line: readonly Recipe[], defaults: VectorInputs): VectorInputs {
  return Object.assign({}, defaults, ...line.map(({ inputs }) => inputs));
}

function verifyVector(recipe: VerifyRecipe, line: readonly VerifyRecipe[], outcomes: Outcomes): CompiledVector {
  const signedBy = line.findLast(({ signed, model, from }) => signed ?? (from === undefined && model));
  const signed = signedBy?.signed ?? signedBy?.model;
  const verified = line.findLast((each) => each.model ?? each.signed);
  const model = verified?.model ?? verified?.signed;
  if (!signed || !model) throw new Error(`${recipe.id} has no model`);
  const signer = last(line, 'signer') ?? 'p256-a';
  const policy = policyText(line.flatMap((each) => each.policy ?? []));
  const asked: VectorInputs =
    policy === null
      ? { method: 'key', publicKey: publicKeyFile(signer) }
      : { method: 'policy', policy: 'policy.json', policyFiles: policyFilesOf(policy) };
  const listing: Listing = Object.assign({}, DEFAULT_LISTING, ...line.map((each) => each.listing));
  const bundle = forgeBundle(
    signed,
    listing,
    signer,
    line.flatMap(({ forge }) => forge ?? []),
  );
  checkForgery(recipe, line, bundle, outcomes);
  const furtherBundles = (last(line, 'further') ?? []).map((each) =>
    forgeBundle(
      each.signed ?? signed,
      { ...listing, ...each.listing },
      each.signer ?? signer,
      each.forge === undefined ? [] : [each.forge],
    ),
  );
  const attestations = (last(line, 'attestations') ?? []).map((each) =>
    attestationFile(each, { signed, listing, signer }),
  );
  const named =
    attestations.length === 0 ? {} : { attestations: attestations.map((_, index) => attestationsFile(index)) };
  const inputs = inputsOf(line, { ...asked, ...named });
  const vector = {
    ...common(recipe, line, model, inputs, outcomes),
    bundle: { file: 'bundle.json', sha256: sha256Of(bundle) },
    ...(furtherBundles.length > 0 && {
      furtherBundles: furtherBundles.map((each, index) => ({ file: furtherFile(index), sha256: sha256Of(each) })),
    }),
    expect: recipe.expect,
  };
  const files = { trustedRoot: trustedRootOf(inputs, line), sideFile: sideFileFor(inputs, signed, line) };
  return { vector: vector as Vector, bundle, policy, furtherBundles, attestations, ...files };
}

/** The name of a signature file besides the first one. */
export const furtherFile = (index: number): string => `bundle-${index + 2}.json`;

/** The name of a file of attestations. */
export const attestationsFile = (index: number): string => `attestations${index === 0 ? '' : `-${index + 1}`}.jsonl`;

const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Chunk groups of one chunk, so that a small file has many. */
const GROUP_LOG = 0;

function sideFileFor(
  { range, sideFile }: VectorInputs,
  signed: VectorModel,
  line: readonly VerifyRecipe[],
): Buffer | null {
  if (range === undefined || sideFile === undefined || !('tree' in signed)) return null;
  const node = signed.tree.find((each) => 'path' in each && each.path === range.path);
  if (node?.kind !== 'file') throw new Error(`the model has no file ${range.path}`);
  const right = sideFileOf(bytesOf(node.content), GROUP_LOG);
  return line.reduce((side, recipe) => recipe.sideFile?.(side) ?? side, right);
}

function trustedRootOf({ trustedRoot }: VectorInputs, line: readonly VerifyRecipe[]): Buffer | null {
  if (trustedRoot === undefined) return null;
  const root = trustRoot();
  for (const { trust } of line) trust?.(root);
  return Buffer.from(`${JSON.stringify(root, null, 2)}\n`);
}

/** Refuses a forgery that changes nothing: its vector would test nothing. */
function checkForgery(recipe: VerifyRecipe, line: readonly VerifyRecipe[], bundle: Buffer, outcomes: Outcomes): void {
  const { model, inputs, trust, policy, further, sideFile, attestations } = recipe;
  const control = line.at(-2);
  const isOther = model ?? inputs ?? trust ?? policy ?? further ?? sideFile ?? attestations;
  if (!control || isOther || recipe.expect.outcome !== 'reject') return;
  const before = verifyVector(control, line.slice(0, -1), outcomes).bundle;
  if (before?.equals(bundle)) throw new Error(`${recipe.id} does not differ from ${control.id}`);
}

/** As a signer does by default. */
export const DEFAULT_LISTING: Listing = {
  method: 'files',
  hashType: 'sha256',
  shardSize: 1_000_000_000,
  allowSymlinks: false,
  ignorePaths: ['.git', '.gitattributes', '.github', '.gitignore'],
};

function signVector(recipe: SignRecipe, line: readonly SignRecipe[], outcomes: Outcomes): Vector {
  const model = last(line, 'model');
  if (!model) throw new Error(`${recipe.id} has no model`);
  const inputs = inputsOf(line, { method: 'key', privateKey: privateKeyFile('p256-a') });
  const base = common(recipe, line, model, inputs, outcomes);
  if (recipe.kind === 'sign') return { ...base, expect: recipe.expect };
  const verify = last(line, 'verify');
  const verifyInputs = inputsOf(
    line.map((each) => ({ ...each, inputs: each.verify?.inputs }) as Recipe),
    { method: 'key', publicKey: publicKeyFile('p256-a') },
  );
  return { ...base, verify: { model: verify?.model ?? model, inputs: verifyInputs }, expect: recipe.expect };
}
