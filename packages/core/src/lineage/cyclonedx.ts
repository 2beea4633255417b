import type { Dependency, Origin } from './origin.ts';
import { domainText, isObject, items, members, sha256Of, textOf } from './values.ts';

type Component = Readonly<Record<string, unknown>>;

/** How deep ancestors of ancestors are followed. */
const MAX_DEPTH = 16;

export function isCyclonedx(predicateType: string): boolean {
  return predicateType === 'https://cyclonedx.org/bom' || predicateType.startsWith('https://cyclonedx.org/bom/');
}

/** The ancestors of the component that the document describes, and the components that are data or say which role they have. */
export function cyclonedxDependencies(predicate: unknown): Omit<Origin, 'leftOut'> {
  const { metadata, components } = members(predicate);
  const described = members(members(metadata).component);
  const parts = items(components)
    .filter(isObject)
    .filter((each) => each.type === 'data' || propertyOf(each, 'role') !== null);
  const ancestors = ancestorsOf(described);
  return {
    about: digestOf(described),
    dependencies: [...ancestors, ...parts].map((each) => dependencyOf(each)),
    further: furtherOf(ancestors),
  };
}

function ancestorsOf(component: Component): Component[] {
  return items(members(component.pedigree).ancestors).filter(isObject);
}

/** The ancestors of ancestors, level by level. */
function furtherOf(ancestors: readonly Component[]): { child: string; dependency: Dependency }[] {
  const found: { child: string; dependency: Dependency }[] = [];
  let level = ancestors;
  for (let depth = 1; depth < MAX_DEPTH && level.length > 0; depth++) {
    const next: Component[] = [];
    for (const component of level) {
      const child = digestOf(component);
      // A list may be too long for the arguments of one call.
      for (const each of ancestorsOf(component)) {
        if (child !== null) found.push({ child, dependency: dependencyOf(each) });
        next.push(each);
      }
    }
    level = next;
  }
  return found;
}

function dependencyOf(component: Component): Dependency {
  return {
    digest: digestOf(component),
    name: textOf(component.name) ?? textOf(component.purl),
    role: propertyOf(component, 'role') ?? (component.type === 'data' ? 'dataset' : 'base-model'),
    domain: domainOf(component),
  };
}

function digestOf({ hashes }: Component): string | null {
  const sha256 = items(hashes).find((each) => members(each).alg === 'SHA-256');
  return sha256Of(members(sha256).content);
}

function domainOf(component: Component): string | null {
  const digest = propertyOf(component, 'digest');
  if (digest === null) return null;
  return domainText({ digest, method: propertyOf(component, 'method'), hashType: propertyOf(component, 'hashType') });
}

function propertyOf({ properties }: Component, name: string): string | null {
  const found = items(properties).find((each) => members(each).name === `modelSigning:${name}`);
  return textOf(members(found).value);
}
