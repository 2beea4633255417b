import { core, lax, type Mutant, mutant, other } from '../mutant.ts';

/** Defects in reading the statement: section 9. */
export const statementMutants: readonly Mutant[] = [
  mutant(
    'statement/type-any',
    'OMS-STMT-2',
    'takes any type of statement',
    lax('statement', '/properties/_type', 'const'),
  ),
  mutant(
    'statement/type-older',
    'OMS-STMT-2',
    'takes the first version of the in-toto statement',
    lax('statement', '/properties/_type', 'const'),
    other('statement', '/properties/_type', {
      enum: ['https://in-toto.io/Statement/v1', 'https://in-toto.io/Statement/v0.1'],
    }),
  ),
  mutant(
    'statement/predicate-type-any',
    'OMS-STMT-4',
    'takes any type of predicate',
    lax('statement', '/properties/predicateType', 'const'),
  ),
  mutant(
    'statement/predicate-type-minor',
    'OMS-STMT-4',
    'takes later minor versions of the predicate',
    lax('statement', '/properties/predicateType', 'const'),
    other('statement', '/properties/predicateType', {
      type: 'string',
      pattern: '^https://model_signing/signature/v1\\.',
    }),
  ),
  mutant(
    'statement/predicate-type-prefix',
    'OMS-STMT-4',
    'compares the beginning of the predicate type only',
    lax('statement', '/properties/predicateType', 'const'),
    other('statement', '/properties/predicateType', {
      type: 'string',
      pattern: '^https://model_signing/signature/v1\\.0',
    }),
  ),
  mutant(
    'statement/subjects-several',
    'OMS-SUBJECT-2',
    'looks at the first of several subjects',
    lax('statement', '/properties/subject', 'maxItems'),
  ),
  mutant(
    'statement/subject-none',
    'OMS-SUBJECT-2',
    'takes a statement without a subject',
    lax('statement', '/properties/subject', 'minItems'),
    core('format/statement.ts', 'subjectName: subject.name,', "subjectName: subject?.name ?? '',"),
    core('format/statement.ts', 'rootDigest: subject.digest.sha256,', "rootDigest: subject?.digest.sha256 ?? '',"),
    core(
      'format/manifest.ts',
      'if (actual !== manifest.rootDigest) {',
      "if (manifest.rootDigest !== '' && actual !== manifest.rootDigest) {",
    ),
  ),
  mutant(
    'statement/subject-name-letters',
    'OMS-SUBJECT-4',
    'refuses names of the subject that look odd',
    other('statement', '/$defs/subject/properties/name', { pattern: '^[A-Za-z0-9._-]+$' }),
  ),
  mutant(
    'statement/subject-name-decides',
    'OMS-SUBJECT-5',
    'asks for the model to be called as the signer called it',
    core(
      'verify.ts',
      'const manifest = checkManifest(statement.manifest, warnings);',
      "const manifest = checkManifest(statement.manifest, warnings);\n  if (statement.subjectName !== model.name) throw new OmsError('statement/subject', 'another model');",
    ),
  ),
  mutant(
    'statement/root-digest-unchecked',
    'OMS-ROOT-3',
    'does not recompute the root digest',
    core('format/manifest.ts', 'if (actual !== manifest.rootDigest) {', 'if (actual === undefined) {'),
  ),
  mutant(
    'statement/root-digest-absent',
    'OMS-ROOT-3',
    'takes a statement without a root digest',
    lax('statement', '/$defs/rootDigest', 'required'),
    core(
      'format/manifest.ts',
      'if (actual !== manifest.rootDigest) {',
      'if (manifest.rootDigest !== undefined && actual !== manifest.rootDigest) {',
    ),
  ),
  mutant(
    'statement/root-digest-case',
    'OMS-ROOT-3',
    'takes a root digest in upper case',
    lax('statement', '/$defs/rootDigest/properties/sha256', 'pattern'),
    core(
      'format/manifest.ts',
      'if (actual !== manifest.rootDigest) {',
      'if (actual !== manifest.rootDigest.toLowerCase()) {',
    ),
  ),
  mutant(
    'statement/root-digest-of-hash-type',
    ['OMS-ROOT-1', 'OMS-ROOT-3'],
    'computes the root digest over digests in hexadecimal',
    core('node/crypto.ts', "hash.update(piece, 'hex');", 'hash.update(piece);'),
  ),
  mutant(
    'statement/root-digest-sorted',
    'OMS-ORDER-2',
    'computes the root digest in the order of the names',
    core(
      'format/manifest.ts',
      ': rootDigest(resources);',
      ': rootDigest(resources.toSorted((a, b) => compareNames(a.name, b.name)));',
    ),
  ),
  mutant(
    'statement/unknown-members-refused',
    'OMS-BUNDLE-7',
    'refuses members of the statement that it does not know',
    other('statement', '', { additionalProperties: false }),
  ),
  mutant(
    'statement/unknown-subject-members-refused',
    'OMS-BUNDLE-7',
    'refuses members of the subject that it does not know',
    other('statement', '/$defs/subject', { additionalProperties: false }),
  ),
  mutant(
    'statement/subject-digests-closed',
    'OMS-BUNDLE-7',
    'refuses further digests of the subject',
    other('statement', '/$defs/rootDigest', { additionalProperties: false }),
  ),
];
