import type { VectorModel } from '../../../suite/src/vectors/vector.ts';
import { sealPayload } from './forge.ts';
import type { KeyName } from './keys.ts';
import type { AttestationFileRecipe, AttestationRecipe, Forgery } from './recipe.ts';
import { type Forged, fixRoot, type Listing, statementOf } from './signed-model.ts';

/** The type of nearly all attestations of the vectors. */
export const SLSA = 'https://slsa.dev/provenance/v1';

/** What was signed, and by whom. */
interface SignedModel {
  readonly signed: VectorModel;
  readonly listing: Listing;
  readonly signer: KeyName;
}

/** A file of attestations, each on a line. */
export function attestationFile({ entries, text = (all) => all }: AttestationFileRecipe, model: SignedModel): Buffer {
  const lines = entries.map((each) => (typeof each === 'string' ? each : attestationLine(each, model)));
  return Buffer.from(text(lines.map((line) => `${line}\n`).join('')));
}

function attestationLine(recipe: AttestationRecipe, model: SignedModel): string {
  const { signer = model.signer, forge = {}, indented } = recipe;
  const statement = attested(recipe, model);
  recipe.statement?.(statement);
  const payload = forge.payload?.(JSON.stringify(statement)) ?? JSON.stringify(statement);
  const { raw = (json: string) => json, ...others } = forge;
  const sealed: Forgery = {
    ...others,
    raw: (json) => raw(indented ? json.trimEnd() : JSON.stringify(JSON.parse(json))),
  };
  return sealPayload(Buffer.from(payload as string), signer, [sealed]).toString();
}

/** The statement of an attestation about the root digest, as this project writes it. */
function attested({ type = SLSA, of = {} }: AttestationRecipe, model: SignedModel): Forged {
  const signature = structuredClone(
    statementOf(of.signed ?? model.signed, { ...model.listing, ...of.listing }),
  ) as Forged;
  fixRoot(signature);
  const [{ name, digest }] = signature.subject;
  const { method, hash_type: hashType, shard_size: shardSize } = signature.predicate.serialization;
  const domain = { digest: 'root', predicateType: signature.predicateType, method, hashType };
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      { name, digest, annotations: { modelSigning: { ...domain, ...(shardSize !== undefined && { shardSize }) } } },
    ],
    predicateType: type,
    predicate: {
      buildDefinition: { buildType: 'https://example.com/train/v1', externalParameters: {} },
      runDetails: { builder: { id: 'https://example.com/trainer' } },
    },
  };
}
