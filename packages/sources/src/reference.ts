import { quote } from '@model-signing/core';
import { SourceError } from './source-error.ts';

/** The name of a model, read but not resolved. */
export type ModelReference = { readonly kind: 'path'; readonly path: string } | HuggingFaceReference | OciReference;

/** `hf://org/model[@revision]`, `hf://datasets/org/name[@revision]` */
export interface HuggingFaceReference {
  readonly kind: 'huggingface';
  readonly type: 'model' | 'dataset';
  /** `org/model`, or the one word of an old model such as `gpt2`. */
  readonly repository: string;
  /** A branch, a tag or a commit; null for the default branch. */
  readonly revision: string | null;
}

/** `oci://registry/name[:tag][@digest]` */
export interface OciReference {
  readonly kind: 'oci';
  /** The host, with its port if it has one. */
  readonly registry: string;
  readonly name: string;
  readonly tag: string | null;
  /** `sha256:…`; it decides if there is a tag as well. */
  readonly digest: string | null;
}

/** More than any real name has. */
const MAX_REFERENCE = 2048;

/**
 * Reads the name of a model as it is typed: `hf://…`, `oci://…`, or the path of a local file or directory.
 * @throws {SourceError} `source/reference-invalid`
 */
export function parseReference(text: string): ModelReference {
  const [, scheme = ''] = /^([A-Za-z][A-Za-z0-9+.-]{0,20}):\/\//.exec(text) ?? [];
  if (scheme === '') return { kind: 'path', path: text };
  if (text.length > MAX_REFERENCE)
    throw invalid(`${text.slice(0, 60)}…`, `it has more than ${MAX_REFERENCE} characters`);
  const rest = text.slice(scheme.length + '://'.length);
  if (/^hf$/i.test(scheme)) return huggingFace(text, rest);
  if (/^oci$/i.test(scheme)) return oci(text, rest);
  throw invalid(
    text,
    `models are read from hf:// and oci://, not from ${scheme}:// (a path that begins like this is written ./${scheme}:…)`,
  );
}

/** The name in its usual form, without what it leaves open. */
export function formatReference(reference: ModelReference): string {
  if (reference.kind === 'path') return reference.path;
  if (reference.kind === 'huggingface') {
    const { type, repository, revision } = reference;
    return `hf://${type === 'dataset' ? 'datasets/' : ''}${repository}${revision === null ? '' : `@${revision}`}`;
  }
  const { registry, name, tag, digest } = reference;
  return `oci://${registry}/${name}${tag === null ? '' : `:${tag}`}${digest === null ? '' : `@${digest}`}`;
}

/** A word of a name on the hub: letters, digits, `-`, `_` and `.`, and neither a step up nor an empty one. */
const HUB_WORD = /^(?!\.{1,2}$)[\w.-]{1,96}$/;

function huggingFace(text: string, rest: string): HuggingFaceReference {
  const at = rest.indexOf('@');
  const path = at === -1 ? rest : rest.slice(0, at);
  const revision = at === -1 ? null : rest.slice(at + 1);
  const words = path.split('/');
  const isDataset = words[0] === 'datasets' && words.length > 1;
  const isSpace = words[0] === 'spaces' && words.length > 1;
  if (isSpace) throw invalid(text, 'a space is no model');
  if (words[0] === 'buckets' && words.length > 1) {
    throw invalid(text, 'a bucket has no commits and no SHA-256 digests, so download it and name its directory');
  }
  const named = isDataset ? words.slice(1) : words[0] === 'models' && words.length > 2 ? words.slice(1) : words;
  if (named.length > 2 && named.every((word) => HUB_WORD.test(word))) {
    throw invalid(text, 'it goes on after hf://ORG/MODEL; name files with --only, and a revision with @REVISION');
  }
  if (named.length > 2 || !named.every((word) => HUB_WORD.test(word)))
    throw invalid(text, 'it is not hf://ORG/MODEL[@REVISION]');
  if (revision !== null && !isRevision(revision)) throw invalid(text, 'what follows @ is no revision');
  return { kind: 'huggingface', type: isDataset ? 'dataset' : 'model', repository: named.join('/'), revision };
}

/** What git allows in the name of a branch or tag, and a little more; each part is encoded before it is sent. */
function isRevision(text: string): boolean {
  const words = text.split('/');
  return (
    text.length <= 255 &&
    text.isWellFormed() &&
    /^[^\s~^:?*[\\\p{Cc}]+$/u.test(text) &&
    words.every((word) => word !== '' && !/^\.{1,2}$/.test(word))
  );
}

const REGISTRY =
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})(?:\.[A-Za-z0-9][A-Za-z0-9-]{0,62}){0,20}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/;
const NAME_WORD = /^[a-z0-9]+(?:(?:[._]|__|-{1,20})[a-z0-9]+){0,60}$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

function oci(text: string, rest: string): OciReference {
  const slash = rest.indexOf('/');
  const registry = slash === -1 ? rest : rest.slice(0, slash);
  const [path = '', digest = null, more] = slash === -1 ? [] : rest.slice(slash + 1).split('@');
  const colon = path.indexOf(':');
  const name = colon === -1 ? path : path.slice(0, colon);
  const tag = colon === -1 ? null : path.slice(colon + 1);
  if (!REGISTRY.test(registry) || name === '' || more !== undefined)
    throw invalid(text, 'it is not oci://REGISTRY/NAME[:TAG][@DIGEST]');
  // The form allows ports and addresses that do not exist, such as 99999 and 1.2.3.4.5.
  if (!URL.canParse(`https://${registry}`)) throw invalid(text, `${quote(registry)} is no host with a port`);
  if (name.length > 255 || !name.split('/').every((word) => NAME_WORD.test(word))) {
    throw invalid(
      text,
      `${quote(name)} is no name of a repository, which has small letters, digits, and ".", "_", "-" and "/" between them`,
    );
  }
  if (tag !== null && !TAG.test(tag)) throw invalid(text, `${quote(tag)} is no tag`);
  if (digest !== null && !DIGEST.test(digest))
    throw invalid(text, 'what follows @ is not sha256: and 64 hexadecimal digits');
  return { kind: 'oci', registry: registry.toLowerCase(), name, tag, digest };
}

function invalid(text: string, why: string): SourceError {
  return new SourceError('source/reference-invalid', `${quote(text)} names no model: ${why}`);
}
