import { existsSync, statSync } from 'node:fs';
import path from 'node:path';

const END = '.attestations.jsonl';

/** The file of the attestations of a model, beside it. */
export function attestationsOf(modelPath: string): string {
  return `${path.resolve(modelPath) === path.resolve('.') ? path.resolve('.') : trimmed(modelPath)}${END}`;
}

/** The file of the attestations that are made from a signature without its model. */
export function attestationsBeside(signature: string): string {
  return `${signature.replace(/\.(?:sig|json)$/, '')}${END}`;
}

/** A path without separators at its end. */
function trimmed(modelPath: string): string {
  const { root } = path.parse(modelPath);
  let end = modelPath.length;
  while (end > root.length && (modelPath[end - 1] === '/' || modelPath[end - 1] === path.sep)) end--;
  return modelPath.slice(0, end);
}

/** The files with attestations of a model that are found without being named. */
export function foundAttestations(modelPath: string | null, signature: string | null): string[] {
  const beside = modelPath === null ? [] : besideModel(modelPath);
  const ofSignature = signature === null ? [] : [attestationsBeside(signature)];
  const files = new Map([...beside, ...ofSignature].map((file) => [path.resolve(file), file]));
  return [...files.values()].filter((file) => existsSync(file) && !statSync(file).isDirectory());
}

function besideModel(modelPath: string): string[] {
  const name = trimmed(modelPath);
  // In a draft, a model may have the last one in it.
  const claims = [path.join(path.dirname(name), CLAIMS), path.join(name, CLAIMS)];
  return [attestationsOf(modelPath), ...rest(name), ...claims];
}

const CLAIMS = 'claims.jsonl';

function rest(name: string): string[] {
  return [`${name}.intoto.jsonl`, `${name}.sigstore.json`];
}

/** What files of attestations are called among the files of a model on a hub, at its top: after the model, or after `model.sig`. */
export function attestationNames(modelName: string): string[] {
  return [`${modelName}${END}`, ...rest(modelName), attestationsBeside('model.sig'), CLAIMS];
}
