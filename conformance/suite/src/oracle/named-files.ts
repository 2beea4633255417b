import type { VectorInputs } from '../vectors/vector.ts';
import type { Found } from './enumerate.ts';
import { type Judge, Refusal } from './judgement.ts';
import type { Statement } from './statement.ts';

/** The listed files that the caller's names stand for (section 13.3); null if the whole model is to be compared. */
export function namedFiles(
  listed: readonly string[],
  { only }: VectorInputs,
  judge: Judge,
): ReadonlySet<string> | null {
  if (only === undefined) return null;
  const given = judge.has('first-named-file-alone') ? only.slice(0, 1) : only;
  const meant = given.map((one) => listed.filter((name) => standsFor(one, name, judge)));
  const unlisted = given.filter((_, index) => meant[index]?.length === 0);
  const enough = judge.has('one-listed-name-is-enough') && unlisted.length < given.length;
  if (unlisted.length > 0 && !enough && !judge.has('unlisted-names-passed')) {
    const [name = ''] = unlisted;
    throw new Refusal('model/not-signed', name, { checks: ['unlisted-names-passed', 'one-listed-name-is-enough'] });
  }
  return new Set(meant.flat());
}

function standsFor(given: string, name: string, judge: Judge): boolean {
  if (judge.has('named-by-absolute-path') && `/${name}` === given) return true;
  if (judge.has('named-by-prefix')) return name.startsWith(given);
  if (judge.has('named-at-any-depth')) return `/${name}/`.includes(`/${given}/`);
  if (judge.has('named-in-any-case') && name.toLowerCase() === given.toLowerCase()) return true;
  if (judge.has('named-by-pattern') && asPattern(given).test(name)) return true;
  if (name === given) return true;
  if (judge.has('directory-names-nothing')) return false;
  if (judge.has('directory-names-its-own-files')) return name.slice(0, name.lastIndexOf('/')) === given;
  return name.startsWith(`${given}/`);
}

function asPattern(given: string): RegExp {
  return new RegExp(`^${given.replaceAll('.', '[.]').replaceAll('*', '[^/]*')}$`);
}

/** Leaves out of a listing what is neither at nor above a named file. */
export function keepNamed(found: Found, named: ReadonlySet<string>): void {
  for (const name of found.files.keys()) if (!named.has(name)) found.files.delete(name);
  const holds = ({ name }: { readonly name: string }) =>
    [...named].some((each) => each === name || each.startsWith(`${name}/`));
  found.unusable.splice(0, found.unusable.length, ...found.unusable.filter(holds));
}

/** The statement of a program that looks at no resource but those of the files that the caller names. */
export function withNamedAlone(statement: Statement, { only = [] }: VectorInputs): Statement {
  const resources = statement.resources.filter(({ name }) =>
    only.some((one) => name === one || name.startsWith(`${one}/`) || name.startsWith(`${one}:`)),
  );
  return { ...statement, resources, rootDigest: null };
}
