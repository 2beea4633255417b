import { canonicalIgnorePath, isReservedType, quote } from '@model-signing/core';
import { GIT_PATHS } from '@model-signing/core/names';
import type { PolicyDocument, RequirementsDocument, RuleDocument } from '@model-signing/spec/policy';
import { readDate } from './date.ts';
import { readNamePattern } from './name-pattern.ts';
import type { PolicyMode, PolicyRequirements, PolicyRevocations, PolicyRule } from './policy.ts';
import { invalidAt, reasonOf, step } from './refusal.ts';

/** Whether the policy has a signer of this name. */
type Knows = (name: string) => boolean;

/**
 * Reads the rules, with the defaults filled in.
 * @throws {PolicyError} `policy/invalid`
 */
export function readRules({ models, mode = 'enforce', signers }: PolicyDocument): PolicyRule[] {
  return models.map((rule, i) => readRule(rule, `/models/${i}`, mode, (name) => Object.hasOwn(signers, name)));
}

function readRule(rule: RuleDocument, pointer: string, mode: PolicyMode, knows: Knows): PolicyRule {
  for (const [i, text] of rule.match.entries()) {
    const pattern = readNamePattern(text);
    if (typeof pattern === 'string')
      throw invalidAt(`${pointer}/match/${i}`, `the pattern ${quote(text)} is refused: ${pattern}`);
  }
  const require = rule.require === undefined ? null : readRequirements(rule.require, `${pointer}/require`, knows);
  return {
    description: rule.description ?? null,
    match: rule.match,
    reject: require === null,
    require,
    mode: rule.mode ?? mode,
  };
}

function readRequirements(given: RequirementsDocument, pointer: string, knows: Knows): PolicyRequirements {
  for (const [i, name] of given.signedBy.entries()) refuseUnknown(name, `${pointer}/signedBy/${i}`, knows);
  const dateAt = (member: 'signedAfter' | 'signedBefore') => {
    const text = given[member];
    return text === undefined ? null : readDate(text, 'first', `${pointer}/${member}`);
  };
  return {
    signedBy: given.signedBy,
    threshold: given.threshold ?? 1,
    ignoredPaths: (given.ignoredPaths ?? GIT_PATHS).map((path, i) =>
      readIgnoredPath(path, `${pointer}/ignoredPaths/${i}`),
    ),
    unsignedFiles: given.unsignedFiles ?? 'refuse',
    symlinks: given.symlinks ?? false,
    hashAlgorithms: given.hashAlgorithms ?? null,
    historicalFormats: given.historicalFormats ?? false,
    timestamp: given.timestamp ?? 'optional',
    signedAfter: dateAt('signedAfter'),
    signedBefore: dateAt('signedBefore'),
    strict: given.strict ?? false,
    rootDigests: given.rootDigests ?? null,
    attestations: (given.attestations ?? []).map(({ predicateType, signedBy }, i) => {
      const place = `${pointer}/attestations/${i}`;
      for (const [j, name] of signedBy.entries()) refuseUnknown(name, `${place}/signedBy/${j}`, knows);
      refuseSignatureType(predicateType, `${place}/predicateType`);
      return { predicateType, signedBy };
    }),
  };
}

function readIgnoredPath(path: string, pointer: string): string {
  try {
    return canonicalIgnorePath(path);
  } catch (error) {
    throw invalidAt(pointer, reasonOf(error), error);
  }
}

/**
 * Reads what is revoked.
 * @throws {PolicyError} `policy/invalid`
 */
export function readRevocations({ revoked = {}, signers }: PolicyDocument): PolicyRevocations {
  const dates = Object.entries(revoked.signers ?? {}).map(([name, from]) => {
    const pointer = `/revoked/signers${step(name)}`;
    refuseUnknown(name, pointer, (each) => Object.hasOwn(signers, each));
    return [name, readDate(from, 'first', pointer)] as const;
  });
  return { rootDigests: new Set(revoked.rootDigests), signers: new Map(dates) };
}

/** No attestation has the type of a signature, so that such a rule would refuse every model. */
function refuseSignatureType(predicateType: string, pointer: string): void {
  if (!isReservedType(predicateType)) return;
  throw invalidAt(pointer, `${quote(predicateType)} is the type of a signature, and not of an attestation`);
}

function refuseUnknown(name: string, pointer: string, knows: Knows): void {
  if (!knows(name)) throw invalidAt(pointer, `${quote(name)} is not among the signers of the policy`);
}
