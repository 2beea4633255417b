import type { Dependency } from './origin.ts';
import { domainText, isObject, items, members, sha256Of, textOf } from './values.ts';

const V1 = 'https://slsa.dev/provenance/v1';
const V02 = 'https://slsa.dev/provenance/v0.2';

export function isSlsa(predicateType: string): boolean {
  return predicateType === V1 || predicateType === V02;
}

/** The `resolvedDependencies` of version 1, or the `materials` of version 0.2. */
export function slsaDependencies(predicateType: string, predicate: unknown): Dependency[] {
  const { buildDefinition, materials } = members(predicate);
  const found = predicateType === V1 ? members(buildDefinition).resolvedDependencies : materials;
  return items(found).filter(isObject).map(dependencyOf);
}

function dependencyOf({ name, uri, digest, annotations }: Readonly<Record<string, unknown>>): Dependency {
  const { role, modelSigning } = members(annotations);
  return {
    digest: sha256Of(members(digest).sha256),
    name: textOf(name) ?? textOf(uri),
    role: textOf(role) ?? 'dependency',
    domain: domainText(modelSigning),
  };
}
