import type { Judge } from './judgement.ts';
import { coversAsPattern } from './patterns.ts';
import type { Defect } from './verifier-defects.ts';

/** Why a text is not a canonical name, as the leniency that would accept it, or null. */
export function nameFault(name: string) {
  if (name === '') return 'name-may-be-empty';
  if (name.startsWith('/')) return 'name-may-be-absolute';
  if (name.endsWith('/')) return 'name-may-end-in-slash';
  if (name.includes('\0')) return 'name-may-hold-nul';
  const components = name.split('/');
  if (components.includes('..')) return 'name-may-escape';
  if (components.includes('.')) return 'name-may-hold-dot';
  return components.includes('') ? 'name-may-hold-empty-component' : null;
}

/** Whether an exclusion covers a name. */
export function covers(path: string, name: string, judge: Judge): boolean {
  const asPattern = coversAsPattern(path, name, judge);
  if (asPattern !== null) return asPattern;
  if (judge.has('exclusion-by-prefix')) return name.startsWith(path);
  if (judge.has('exclusion-at-any-depth')) return `/${name}/`.includes(`/${path}/`);
  if (judge.has('exclusion-by-basename')) return covered(path, name) || baseOf(path) === baseOf(name);
  if (judge.has('exclusion-of-the-path-alone')) return name === path;
  if (judge.has('exclusion-folds-case')) return covered(path.toLowerCase(), name.toLowerCase());
  return covered(path, name);
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function covered(path: string, name: string): boolean {
  return name === path || name.startsWith(`${path}/`);
}

export const GIT_PATHS = ['.git', '.gitattributes', '.github', '.gitignore'] as const;

/** Whether one of the four defaults covers a name. */
export function isGitPath(name: string, judge: Judge): boolean {
  if (judge.has('excludes-gitmodules') && covered('.gitmodules', name)) return true;
  if (judge.has('git-paths-at-any-depth')) {
    return name.split('/').some((component) => (GIT_PATHS as readonly string[]).includes(component));
  }
  return GIT_PATHS.some((path) => {
    if (judge.has(`includes-${path.slice(1)}` as 'includes-git')) return false;
    return judge.has('git-paths-by-prefix') ? name.startsWith(path) : covered(path, name);
  });
}

const comparedBy = {
  'names-fold-case': (name) => name.toLowerCase(),
  'names-fold-case-fully': (name) => name.toUpperCase().toLowerCase(),
  'names-normalised': (name) => name.normalize('NFC'),
  'names-compatible': (name) => name.normalize('NFKC'),
  'names-by-look': (name) => name.replaceAll('\u043e', 'o'),
  'names-without-invisible': (name) => name.replaceAll('\u200b', ''),
  'names-by-basename': (name) => name.slice(name.lastIndexOf('/') + 1),
  'names-unify-backslash': (name) => name.replaceAll('\\', '/'),
  'names-trimmed': (name) => name.trim(),
  'names-trim-dots': (name) => name.replace(/[.]$/, ''),
  'names-cut': (name) => name.slice(0, 255),
  'names-in-latin1': (name) => name.replaceAll(/[^\0-\xff]/g, '?'),
  'names-url-decoded': (name) => name.replaceAll('%20', ' '),
} as const satisfies Partial<Record<Defect, (name: string) => string>>;

/** What a name is compared by: itself, unless the judge compares in another way. */
export function compareBy(name: string, judge: Judge): string {
  for (const [defect, edit] of Object.entries(comparedBy)) if (judge.has(defect as Defect)) return edit(name);
  return name;
}
