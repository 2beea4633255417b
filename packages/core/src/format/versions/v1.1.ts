import { STATEMENT_TYPE } from '@model-signing/spec';
import {
  PREDICATE_TYPE,
  producedResourceValidator,
  type Statement,
  validateProducedStatement,
  validateProducedStatementShell,
  validateStatement,
} from '@model-signing/spec/v1.1';
import { sha256 } from '#platform';
import { encodeUtf8 } from '../encoding.ts';
import { OmsError } from '../errors.ts';
import { type Annotations, type RootContent, resourceName } from '../manifest/manifest.ts';
import { dsse } from '../pae.ts';
import { readStatement } from '../statement.ts';
import { quote } from '../text.ts';
import type { CurrentVersion } from './version.ts';

/**
 * The draft of version 1.1. Its predicate type is under a reserved domain, so that it cannot be mistaken for a published one.
 * This module is imported only when the caller names the draft, since its validators take a while to load.
 */
export const v1_1: CurrentVersion = {
  name: '1.1',
  draft: '1.1',
  predicateType: PREDICATE_TYPE,
  signedBytes: dsse,
  readStatement(value, warnings) {
    const { subjectName, manifest } = readStatement(value, validateStatement, warnings);
    const { annotations = {} } = (value as Statement).predicate;
    return { subjectName, manifest: { ...manifest, draft: '1.1', annotations } };
  },
  rootDigest: (content) => sha256(rootText(content)),
  validateProducedShell: validateProducedStatementShell,
  producedResourceValidator,
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
};

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
    subject: [{ name: 'model', digest: { sha256: digest } }],
    predicateType: PREDICATE_TYPE,
    predicate: {
      serialization: { method: 'files', hash_type: 'sha256', allow_symlinks: false },
      resources: [{ name: 'file', digest, algorithm: 'sha256' }],
      annotations,
    },
  };
}

/** The root text, which binds names, algorithm and boundaries (OMS-ROOT-4). */
function* rootText({ serialization, resources }: RootContent): Generator<Uint8Array> {
  yield encodeUtf8(`OMS root v1.1\n${serialization.hashType}\n`);
  for (const resource of resources) {
    const bytes = encodeUtf8(resourceName(resource));
    yield encodeUtf8(`${bytes.length} `);
    yield bytes;
    yield encodeUtf8(` ${resource.digest}\n`);
  }
}
