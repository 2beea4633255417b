import { globCovers, globMatches, wildcardsIn } from './glob.ts';
import { DEFAULT_REVISIONS, type ModelName, spellingProblem, splitRevision, usualSpelling } from './model-name.ts';

/** A pattern for names, read. */
export interface NamePattern {
  readonly base: string;
  /** The pattern for what follows the base; null matches whatever follows. */
  readonly revision: string | null;
  /** Whether only names in a store match. */
  readonly isStored: boolean;
}

/** Each wildcard takes time in the length of the name. */
const MAX_WILDCARDS = 16;

/** Reads a pattern, or says what is wrong with it, in words. What could never match as it is meant is refused, since a rule may reject. */
export function readNamePattern(text: string): NamePattern | string {
  const other = /[?[\]{}\\]/.exec(text)?.[0];
  if (other !== undefined && !/^[A-Za-z]:\\/.test(text)) {
    return `"${other}" has no meaning in a pattern, in which * matches within a segment and ** across segments`;
  }
  if (text.includes('***')) return 'it has "***" in it, and the wildcards are * and **';
  if (text.startsWith('~')) return 'it begins with "~", which no real path does: write the whole path';
  if (text.startsWith('!')) return 'it begins with "!", which does not negate it: write an earlier rule';
  if (/\*[^/]*:\/\//.test(text)) return 'it has a wildcard in its scheme';
  if (wildcardsIn(text) > MAX_WILDCARDS) return `it has more than ${MAX_WILDCARDS} wildcards`;
  const { base, revision } = splitRevision(usualSpelling(text));
  const problem = spellingProblem(base);
  if (problem?.startsWith('it ends in "/"')) return `${problem}, which no name does: ${base}** matches all below it`;
  if (problem !== null) return `${problem}, which no name has`;
  if (revision !== null && /^oci:\/\/[^/]*$/.test(base) && !base.includes('**')) return 'it names no repository';
  if (revision !== null && /^oci:\/\/[^/]*\*\*[^/]*[:@]/.test(base)) {
    return 'it has ** before a ":" or "@" of which the place is not known: write oci://HOST/NAME:TAG';
  }
  if (revision === '@' || revision === ':') return 'its revision is empty';
  return { base, revision: revision || null, isStored: revision !== null };
}

/** Whether a pattern matches a name. One without a revision matches every revision, one with a revision only that. */
export function patternMatches(pattern: NamePattern, name: ModelName): boolean {
  const { base, revision, isStored } = pattern;
  if (!isStored) return globMatches(base, name.base) || (name.base !== name.text && globMatches(base, name.text));
  if (name.revision === null || !globMatches(base, name.base)) return false;
  return revision === null || revisionsOf(name.revision).some((each) => globMatches(revision, each));
}

function revisionsOf(revision: string): readonly string[] {
  return revision === '' ? [...DEFAULT_REVISIONS] : [revision];
}

/** Whether a pattern matches every name that another one matches. */
export function patternCovers(pattern: NamePattern, other: NamePattern): boolean {
  if (pattern.isStored && !other.isStored) return false;
  if (!globCovers(pattern.base, other.base)) return false;
  if (pattern.revision === null) return true;
  return other.revision !== null && globCovers(pattern.revision, other.revision);
}
