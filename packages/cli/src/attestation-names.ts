import { statSync } from 'node:fs';
import path from 'node:path';

const END = '.attestations.jsonl';

/** The file of the attestations of a model, beside it. */
export function attestationsOf(modelPath: string): string {
  return `${namedPath(modelPath)}${END}`;
}

/** The file of the attestations that are made from a signature without its model. */
export function attestationsBeside(signature: string): string {
  return `${signature.replace(/\.(?:sig|json)$/, '')}${END}`;
}

/** The path of a model with its name at the end, to which the ending of a file beside it can be added: `.` and `..` are no names. */
export function namedPath(modelPath: string): string {
  if (['', '.', '..'].includes(path.basename(modelPath))) return path.resolve(modelPath);
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
  return [...files.values()].filter(isRegularFile);
}

/** A pipe or a device would be waited for, which is for those only that a user names. */
function isRegularFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}

function besideModel(modelPath: string): string[] {
  const name = namedPath(modelPath);
  // In a draft, a model may have the last one in it.
  const claims = [path.join(path.dirname(name), CLAIMS), path.join(name, CLAIMS)];
  return [`${name}${END}`, ...rest(name), ...claims];
}

const CLAIMS = 'claims.jsonl';

function rest(name: string): string[] {
  return [`${name}.intoto.jsonl`, `${name}.sigstore.json`];
}

/** What files of attestations are called among the files of a model on a hub, at its top: after the model, or after `model.sig`. */
export function attestationNames(modelName: string): string[] {
  return [`${modelName}${END}`, ...rest(modelName), attestationsBeside('model.sig'), CLAIMS];
}
