import { lengthOf } from '../vectors/content.ts';
import type { ReasonClass } from '../vectors/reasons.ts';
import type { Vector } from '../vectors/vector.ts';
import { leaveOutToSign } from './attestation-files.ts';
import { digestOf } from './digest.ts';
import { compareCodePoints } from './encoding.ts';
import { enumerate, type Found } from './enumerate.ts';
import { Judge, Refusal } from './judgement.ts';
import { covers, isGitPath } from './names.ts';
import { pointerIn, readsPointers } from './pointer.ts';
import type { ProducerDefect } from './signer-defects.ts';
import type { Defect } from './verifier-defects.ts';
import { putFile, workspaceOf } from './workspace.ts';

export interface ListedModel {
  readonly subject: string;
  readonly resources: readonly { readonly name: string; readonly digest: string }[];
}

/** The listing of a vector's model by a signer: sections 4 to 8. */
export function listModel(
  vector: Pick<Vector, 'model' | 'inputs'>,
  shardSize: number | null,
  hashType: string,
  judge = new Judge(new Set()),
  has: (defect: ProducerDefect) => boolean = () => false,
): ListedModel {
  const found = findToSign(vector, judge, has);
  return { subject: found.basename, resources: listFound(found, shardSize, hashType, judge) };
}

/** The resources of the files that were found. */
export function listFound(
  found: Found,
  shardSize: number | null,
  hashType: string,
  judge: Judge,
): ListedModel['resources'] {
  const resources: { name: string; digest: string }[] = [];
  for (const [name, content] of found.files) {
    const length = lengthOf(content);
    const pointer = readsPointers({}, judge) ? pointerIn(content, judge) : null;
    if (shardSize === null)
      resources.push({ name, digest: pointer?.digest ?? digestOf(hashType, content, 0, length, judge) });
    else
      for (let start = 0; start < length; start += shardSize) {
        const end = Math.min(start + shardSize, length);
        const from = judge.has('shards-hashed-from-the-start') ? 0 : start;
        resources.push({ name: `${name}:${start}:${end}`, digest: digestOf(hashType, content, from, end, judge) });
      }
  }
  return resources.sort((a, b) => compareCodePoints(a.name, b.name));
}

/** The files to sign, without the excluded ones. */
export function findToSign(
  { model, inputs }: Pick<Vector, 'model' | 'inputs'>,
  judge: Judge,
  has: (defect: ProducerDefect) => boolean = () => false,
): Found {
  const workspace = workspaceOf(model);
  const signature = inputs.signature ?? `${model.name}.sig`;
  putFile(workspace, signature);
  const git = (inputs.ignoreGitPaths ?? true) || judge.has('git-paths-always-excluded');
  const paths = judge.has('caller-paths-not-excluded') ? [] : (inputs.ignorePaths ?? []).map(canonicalPath);
  const options = {
    follow: inputs.allowSymlinks ?? false,
    external: inputs.allowExternalSymlinks ?? false,
    excludes: (name: string) => (git && isGitPath(name, judge)) || paths.some((path) => covers(path, name, judge)),
    signature,
  };
  const found = enumerate(workspace, model.path ?? model.name, options, judge);
  if (inputs.excludeAttestations) leaveOutToSign(found, judge, has);
  return found;
}

/** A caller's path without "." components and without slashes at its end. */
export function canonicalPath(path: string): string {
  return path
    .split('/')
    .filter((component) => component !== '' && component !== '.')
    .join('/');
}

/** The ways to leave out the check that refuses an entry for this reason. */
export function unusableChecks(reason: ReasonClass): readonly Defect[] {
  if (reason === 'model/symlink')
    return ['skips-links', 'follows-links-unasked', 'links-listed-as-files', 'opens-through-links'];
  if (reason === 'model/symlink-broken') return ['skips-broken-links'];
  if (reason === 'model/symlink-outside') return ['follows-links-outside'];
  if (reason === 'model/name-not-utf8') return ['skips-names-not-utf8', 'names-not-utf8-replaced'];
  return ['skips-special-files', 'special-files-read-as-empty'];
}

/** Refuses what cannot be signed: links, special files, names that are not UTF-8, and nothing at all. */
export function refuseUnsignable(found: Found, resources: number): void {
  const [unusable] = found.unusable;
  if (unusable) throw new Refusal(unusable.reason, unusable.name, { checks: unusableChecks(unusable.reason) });
  if (resources === 0) throw new Refusal('model/empty', 'nothing to list');
}
