import { PREDICATE_TYPE as PUBLISHED_TYPE, STATEMENT_TYPE } from '@model-signing/spec';
import {
  PREDICATE_TYPE,
  producedResourcesValidator,
  type Statement,
  validateProducedStatement,
  validateProducedStatementShell,
  validateStatement,
} from '@model-signing/spec/v1.1';
import { sha256 } from '#platform';
import { encodeUtf8 } from '../encoding.ts';
import { OmsError, type Warnings } from '../errors.ts';
import { type Extension, manifestExtensions } from '../extensions.ts';
import { type Annotations, type RootContent, resourceName } from '../manifest/manifest.ts';
import { dsse } from '../pae.ts';
import { readStatement, subjectsOf } from '../statement.ts';
import { quote } from '../text.ts';
import { v1_0 } from './v1.0.ts';
import type { CurrentVersion, ParsedStatement } from './version.ts';

/**
 * The draft of version 1.1. Its predicate type is under a reserved domain, so that it cannot be mistaken for a published one.
 * This module is imported only when the caller names the draft, since its validators take a while to load.
 */
export function draftVersion(enabled: readonly Extension[]): CurrentVersion {
  return { ...shared, readStatement: (value, warnings) => readDraft(value, enabled, warnings) };
}

const shared: Omit<CurrentVersion, 'readStatement'> = {
  name: '1.1',
  draft: '1.1',
  predicateType: PREDICATE_TYPE,
  signedBytes: dsse,
  rootDigest: (content) => sha256(rootText(content)),
  publishedRootDigest: ({ serialization, resources, subManifests = [] }) => {
    const others = subManifests.map(({ directory, digest }) => ({ path: directory, digest }));
    return v1_0.rootDigest({ serialization, resources: others.length === 0 ? resources : [...resources, ...others] });
  },
  validateProducedShell: validateProducedStatementShell,
  producedResourcesValidator,
  checkAnnotations(annotations) {
    // The schema states the limits; everything else in this statement is valid.
    for (const [key, value] of Object.entries(annotations)) {
      const alone = validateProducedStatement(statementWith(Object.fromEntries([[key, value]])));
      if (!alone.ok) throw invalid(annotationProblem(key));
    }
    const result = validateProducedStatement(statementWith(annotations));
    if (!result.ok) throw invalid(result.issues[0]?.message ?? 'they break the schema');
    for (const [key, value] of Object.entries(annotations)) {
      if (!value.isWellFormed()) throw invalid(`the value of ${quote(key)} is not valid Unicode`);
    }
  },
  checkLinks: refuseLinks,
};

/** Links are never followed to sign, whether or not the model has any (OMS-LINK-17, OMS-LINK-20). */
function refuseLinks(): void {
  const message =
    'in the draft of version 1.1, links cannot be followed to sign: replace each by the file that it leads to, or leave it out';
  throw new OmsError('model/symlink', message, { requirement: 'OMS-LINK-20' });
}

function readDraft(value: unknown, enabled: readonly Extension[], warnings: Warnings): ParsedStatement {
  checkExtensions((value as { predicate?: { extensions?: unknown } } | null)?.predicate?.extensions, enabled);
  const { subjectName, manifest } = readStatement(value, validateStatement, warnings);
  const { annotations = {}, extensions, sub_manifests: listed, serialization } = (value as Statement).predicate;
  const subManifests = listed?.map(({ name, digest }) => ({ directory: name, digest }));
  const extended = {
    ...(extensions && { extensions: extensions as Extension[] }),
    ...(subManifests && { subManifests }),
  };
  const excluding = serialization.exclude_attestations
    ? { serialization: { ...manifest.serialization, excludeAttestations: true } }
    : {};
  const roots = readRoots((value as Statement).subject);
  return { subjectName, manifest: { ...manifest, ...roots, ...excluding, draft: '1.1', annotations, ...extended } };
}

/** The versions whose root digests the subjects have, in their order (section 9.1). */
const domains = [PUBLISHED_TYPE, PREDICATE_TYPE] as const;

/** The root digests of a statement, each of which must be of the version that its place says (OMS-SUBJECT-10). */
function readRoots(subjects: Statement['subject']): { rootDigest: string; publishedRootDigest: string } {
  for (const [index, { annotations }] of subjects.entries()) {
    const { predicateType } = annotations.modelSigning;
    if (predicateType === domains[index]) continue;
    const message = `the root digest in subject ${index} is said to be of ${quote(predicateType)} and not of ${domains[index]}`;
    throw new OmsError('statement/subject', message, { requirement: 'OMS-SUBJECT-10' });
  }
  const [published, own] = subjects;
  return { rootDigest: own.digest.sha256, publishedRootDigest: published.digest.sha256 };
}

/** What depends on an extension may break the schema, so this comes first, and says what is missing (OMS-EXT-2). */
function checkExtensions(named: unknown, enabled: readonly Extension[]): void {
  const accepted: readonly unknown[] = enabled.filter((each) => manifestExtensions.includes(each));
  const other = Array.isArray(named)
    ? named.find((each) => typeof each === 'string' && !accepted.includes(each))
    : undefined;
  if (other === undefined) return;
  const known: readonly unknown[] = manifestExtensions;
  const advice = known.includes(other) ? ': name it to accept it' : ', which this release does not have';
  throw new OmsError('manifest/extension-unsupported', `the manifest needs the extension ${quote(other)}${advice}`);
}

function annotationProblem(key: string): string {
  return /^[a-z][a-z0-9._/-]{0,127}$/.test(key)
    ? `the value of ${quote(key)} must be a string of at most 4096 characters`
    : `the key ${quote(key)} must be a lowercase letter, then at most 127 lowercase letters, digits and characters of ._/-`;
}

function invalid(problem: string): OmsError {
  return new OmsError('manifest/annotations-invalid', `the annotations cannot be signed: ${problem}`, {
    requirement: 'OMS-ANNOT-2',
  });
}

function statementWith(annotations: Annotations): unknown {
  const digest = '0'.repeat(64);
  return {
    _type: STATEMENT_TYPE,
    subject: subjectsOf('model', { rootDigest: digest, publishedRootDigest: digest }, PREDICATE_TYPE),
    predicateType: PREDICATE_TYPE,
    predicate: {
      serialization: { method: 'files', hash_type: 'sha256', allow_symlinks: false },
      resources: [{ name: 'file', digest, algorithm: 'sha256' }],
      annotations,
    },
  };
}

/** The root text, which binds names, algorithm and boundaries (OMS-ROOT-4). */
function* rootText({ serialization, resources, subManifests = [] }: RootContent): Generator<Uint8Array> {
  yield encodeUtf8(`OMS root v1.1\n${serialization.hashType}\n`);
  for (const resource of resources) yield* rootLine(resourceName(resource), resource.digest);
  for (const { directory, digest } of subManifests) yield* rootLine(`${directory}/`, digest);
}

function* rootLine(name: string, digest: string): Generator<Uint8Array> {
  const bytes = encodeUtf8(name);
  yield encodeUtf8(`${bytes.length} `);
  yield bytes;
  yield encodeUtf8(` ${digest}\n`);
}
