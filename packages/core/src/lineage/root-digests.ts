import type { Fact, RootDigests } from './facts.ts';
import type { Dependency } from './origin.ts';

/**
 * The facts with one digest for each model: a signature of a draft has two root digests, and either may refer to its model. The one of
 * version 1.0 stands for the other where just one signed manifest has it; renamed files have the same, and are other models.
 */
export function joined(facts: readonly Fact[]): readonly Fact[] {
  const pairs = facts.flatMap(({ roots }) => roots ?? []);
  if (pairs.length === 0) return facts;
  const owners = ownersOf(facts);
  const owns = new Map(pairs.map(({ own, published }) => [own, published]));
  const digestOf = (digest: string) => owners.get(digest) ?? digest;
  const dependencyOf = (dependency: Dependency) =>
    dependency.digest === null ? dependency : { ...dependency, digest: digestOf(dependency.digest) };
  return facts.map((fact) => {
    const { origin } = fact;
    return {
      ...fact,
      subjects: subjectsOf(fact, owns, owners).map((each) => ({ ...each, digest: digestOf(each.digest) })),
      origin: {
        ...origin,
        about: origin.about && digestOf(origin.about),
        dependencies: origin.dependencies.map(dependencyOf),
        further: origin.further.map(({ child, dependency }) => ({
          child: digestOf(child),
          dependency: dependencyOf(dependency),
        })),
      },
    };
  });
}

/** The only root digest of a draft for each of version 1.0. What is only claimed decides nothing beside what is verified. */
function ownersOf(facts: readonly Fact[]): ReadonlyMap<string, string> {
  const of = (state: Fact['statement']['state']) =>
    facts.flatMap(({ roots, statement }) => (roots !== null && statement.state === state ? [roots] : []));
  const owners = new Map([...onlyOwners(of('claimed')), ...onlyOwners(of('verified'))]);
  return new Map([...owners].flatMap(([published, own]) => (own === null ? [] : [[published, own] as const])));
}

/** Null for a digest that several have. */
function onlyOwners(pairs: readonly RootDigests[]): Map<string, string | null> {
  const owners = new Map<string, string | null>();
  for (const { own, published } of pairs) {
    const isOnly = !owners.has(published) || owners.get(published) === own;
    owners.set(published, isOnly ? own : null);
  }
  return owners;
}

/** What has the root digest of a draft is about that one, and the other decides nothing beside it, unless nothing else stands for it. */
function subjectsOf(
  { subjects, roots }: Fact,
  owns: ReadonlyMap<string, string>,
  owners: ReadonlyMap<string, string>,
): Fact['subjects'] {
  if (roots !== null && !owners.has(roots.published)) return subjects;
  const weaker = new Set(subjects.map(({ digest }) => owns.get(digest)));
  return subjects.filter(({ digest }) => !weaker.has(digest));
}
