/** What the caller calls a model, in the one spelling that patterns are compared with. */
export interface ModelName {
  readonly text: string;
  /** The name without its revision, tag and digest. */
  readonly base: string;
  /** What follows the base: `@main`, `:v1`, `@sha256:…`, `:v1@sha256:…`. Empty for a name in a store that leaves it open; null elsewhere. */
  readonly revision: string | null;
}

/** More than any path has on common systems. */
const MAX_NAME = 4096;

/** What a name in a store means that leaves the revision or the tag open. */
export const DEFAULT_REVISIONS: ReadonlySet<string> = new Set(['@main', ':latest']);

/** The name in its usual spelling, or what is wrong with it, in words. */
export function readModelName(name: string): ModelName | string {
  if (name.length > MAX_NAME) return `it has more than ${MAX_NAME} characters`;
  const text = usualSpelling(name);
  const { base, revision } = splitRevision(text);
  const problem = spellingProblem(base) ?? (revision === '@' || revision === ':' ? 'its revision is empty' : null);
  return problem ?? { text, base, revision };
}

/** The scheme and a registry's host in lowercase, as neither depends on case; `hf://models/…` and Windows paths as all others. */
export function usualSpelling(name: string): string {
  if (/^[A-Za-z]:[\\/]/.test(name)) return name.charAt(0).toUpperCase() + name.slice(1).replaceAll('\\', '/');
  const [whole, scheme] = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(name) ?? [];
  if (whole === undefined || scheme === undefined) return name;
  const rest = name.slice(whole.length);
  const start = whole.toLowerCase();
  if (start === 'oci://') {
    const slash = rest.indexOf('/');
    return slash === -1 ? start + rest.toLowerCase() : start + rest.slice(0, slash).toLowerCase() + rest.slice(slash);
  }
  if (start !== 'hf://') return start + rest;
  const [repository = ''] = rest.split('@', 1);
  return start + (repository.split('/').length > 2 && rest.startsWith('models/') ? rest.slice('models/'.length) : rest);
}

/** Splits a name or a pattern in its usual spelling. */
export function splitRevision(text: string): { base: string; revision: string | null } {
  const from = text.startsWith('hf://') ? 'hf://'.length : text.startsWith('oci://') ? pathOf(text) : null;
  if (from === null) return { base: text, revision: null };
  const found = text.slice(from).search(text.startsWith('hf://') ? /@/ : /[:@]/);
  const at = found === -1 ? text.length : from + found;
  return { base: text.slice(0, at), revision: text.slice(at) };
}

/** Where the name of the repository begins, after the host and its port. */
function pathOf(text: string): number {
  const slash = text.indexOf('/', 'oci://'.length);
  return slash === -1 ? text.length : slash;
}

/** Why a name or pattern is written as no name is, in words; null if it is not. Otherwise a second spelling would miss a rule. */
export function spellingProblem(base: string): string | null {
  if (base === '') return 'it is empty';
  if (!base.isWellFormed() || /\p{Cc}/u.test(base)) return 'it has a control character or an unpaired surrogate';
  const path = base.replace(/^[a-z][a-z0-9+.-]*:\/\//, '').replace(/^\//, '');
  const segments = path.split('/');
  if (segments.at(-1) === '') return segments.length === 1 ? 'it names nothing' : 'it ends in "/"';
  if (segments.includes('')) return 'it has "//" in it';
  const step = segments.find((segment) => segment === '.' || segment === '..');
  return step === undefined ? null : `it has the segment "${step}" in it`;
}
