import { core, type Mutant, mutant, type SchemaEdit, type TextEdit } from '../mutant.ts';

/** Takes keywords out of a schema of the draft, which has its own copy of all. */
function lax(schema: SchemaEdit['schema'], pointer: string, ...drop: readonly string[]): SchemaEdit {
  return { version: 'v1.1', schema, pointer, drop };
}

function other(schema: SchemaEdit['schema'], pointer: string, set: Readonly<Record<string, unknown>>): SchemaEdit {
  return { version: 'v1.1', schema, pointer, set };
}

const ANNOTATIONS = '/$defs/annotations';
const KEYS = `${ANNOTATIONS}/propertyNames`;
const VALUES = `${ANNOTATIONS}/additionalProperties`;
const IS_DRAFT = 'predicateTypeOf(value) === DRAFT_PREDICATE_TYPE';
const ROOT_HEAD = `yield encodeUtf8(\`OMS root v1.1\\n\${hashType}\\n\`);`;
const ROOT_CALL = 'draftRootDigest(serialization.hashType, resources)';

/** What cannot be told of in the protocol is not handed on. */
const untold = core('format/statement.ts', ', draft, result.value.predicate.annotations);', ', draft);');

const anyType = lax('statement', '/properties/predicateType', 'const');

/** A line of the root text is made of other bytes. */
const line = (find: string, replace: string): TextEdit => core('format/versions/draft.ts', find, replace);
const LENGTH = `yield encodeUtf8(\`\${bytes.length} \`);`;
const DIGEST = `yield encodeUtf8(\` \${digest}\\n\`);`;
const NAME = 'const bytes = encodeUtf8(name);';

/** Defects in what the draft adds: sections 4.4 and 9.1. */
export const draftMutants: readonly Mutant[] = [
  mutant(
    'draft/unasked',
    'OMS-STMT-4',
    'accepts the draft without being asked',
    core('verify.ts', 'await loadDraft(options.draft);', "await loadDraft('1.1');"),
    core('verify.ts', 'warnings, options.draft);', "warnings, '1.1');"),
  ),
  mutant(
    'draft/type-any',
    'OMS-STMT-4',
    'takes any type of predicate but that of version 1.0 for the draft',
    core('format/statement.ts', IS_DRAFT, 'predicateTypeOf(value) !== PREDICATE_TYPE'),
    anyType,
  ),
  mutant(
    'draft/type-prefix',
    'OMS-STMT-4',
    'compares the beginning of the type of the draft only',
    core('format/statement.ts', IS_DRAFT, 'String(predicateTypeOf(value)).startsWith(DRAFT_PREDICATE_TYPE)'),
    anyType,
  ),
  mutant(
    'draft/alone',
    'OMS-HIST-1',
    'refuses version 1.0 where the draft is asked for',
    core('format/statement.ts', `draft !== undefined && ${IS_DRAFT}`, 'draft !== undefined'),
  ),
  ...rootMutants(),
  ...annotationMutants(),
  ...signMutants(),
];

function rootMutants(): Mutant[] {
  const root = (id: string, defect: string, ...edits: readonly TextEdit[]) =>
    mutant(`draft/root-${id}`, 'OMS-ROOT-4', defect, ...edits);
  const verifying = `draft ? ${ROOT_CALL}`;
  return [
    root(
      'unchecked',
      'does not recompute the root digest of the draft',
      core(
        'format/manifest.ts',
        'if (actual !== manifest.rootDigest) {',
        'if (!draft && actual !== manifest.rootDigest) {',
      ),
    ),
    root(
      'published',
      'verifies the root digest of version 1.0 in the draft',
      core('format/manifest.ts', verifying, 'draft ? rootDigest(resources)'),
    ),
    root(
      'either',
      'takes either root digest in the draft',
      core(
        'format/manifest.ts',
        'if (actual !== manifest.rootDigest) {',
        'if (actual !== manifest.rootDigest && rootDigest(resources) !== manifest.rootDigest) {',
      ),
    ),
    root(
      'sorted',
      'computes the root digest of the draft in the order of the names',
      core(
        'format/manifest.ts',
        verifying,
        'draft ? draftRootDigest(serialization.hashType, resources.toSorted((a, b) => compareNames(a.name, b.name)))',
      ),
    ),
    root('headless', 'leaves out the first line', line(ROOT_HEAD, `yield encodeUtf8(\`\${hashType}\\n\`);`)),
    root('no-algorithm', 'leaves out the algorithm', line(ROOT_HEAD, "yield encodeUtf8('OMS root v1.1\\n');")),
    root('one-algorithm', 'names SHA-256 always', line(ROOT_HEAD, "yield encodeUtf8('OMS root v1.1\\nsha256\\n');")),
    root('nameless', 'leaves out the names', line('    yield bytes;\n', '')),
    root('no-lengths', 'leaves out the lengths', line(LENGTH, '')),
    root('characters', 'counts characters', line(LENGTH, `yield encodeUtf8(\`\${[...name].length} \`);`)),
    root('utf16', 'counts units of UTF-16', line(LENGTH, `yield encodeUtf8(\`\${name.length} \`);`)),
    root('normalised', 'normalises names', line(NAME, "const bytes = encodeUtf8(name.normalize('NFC'));")),
    root(
      'rangeless',
      'leaves out the ranges',
      line(NAME, "const bytes = encodeUtf8(name.replace(/:\\d+:\\d+$/, ''));"),
    ),
    root('no-line-feeds', 'ends no line', line(DIGEST, `yield encodeUtf8(\` \${digest}\`);`)),
    root(
      'upper-case',
      'writes digests in capitals',
      line(DIGEST, `yield encodeUtf8(\` \${digest.toUpperCase()}\\n\`);`),
    ),
  ];
}

function annotationMutants(): Mutant[] {
  const bound = (id: string, defect: string, ...edits: Mutant['edits']) =>
    mutant(`draft/annotation-${id}`, ['OMS-ANNOT-3', 'OMS-ANNOT-2'], defect, ...edits);
  const key = (id: string, defect: string, pattern: string) => bound(id, defect, other('predicate', KEYS, { pattern }));
  return [
    bound('any-type', 'takes annotations of any type', lax('predicate', ANNOTATIONS, 'type'), untold),
    bound(
      'arrays',
      'takes an array for annotations',
      other('predicate', ANNOTATIONS, { type: ['object', 'array'] }),
      untold,
    ),
    bound('any-count', 'takes any number of annotations', lax('predicate', ANNOTATIONS, 'maxProperties')),
    bound('fewer', 'takes 63 annotations at most', other('predicate', ANNOTATIONS, { maxProperties: 63 })),
    bound('any-key', 'takes any key', lax('predicate', KEYS, 'pattern')),
    key('long-key', 'takes keys of any length', '^[a-z][a-z0-9._/-]*$'),
    key('short-key', 'takes keys of 127 characters at most', '^[a-z][a-z0-9._/-]{0,126}$'),
    key('capital-key', 'takes capitals in keys', '^[A-Za-z][A-Za-z0-9._/-]{0,127}$'),
    key('loose-key', 'takes keys that begin otherwise', '^[a-z0-9._/-]{1,128}$'),
    key('strict-key', 'asks for a domain name in a key', '^[a-z][a-z0-9/-]*\\.[a-z0-9._/-]*$'),
    key('key-end', 'looks at the beginning of a key only', '^[a-z][a-z0-9._/-]{0,127}'),
    bound('any-value', 'takes values of any type', lax('predicate', VALUES, 'type'), untold),
    bound('long-value', 'takes values of any length', lax('predicate', VALUES, 'maxLength')),
    bound('short-value', 'takes values of 4,095 characters at most', other('predicate', VALUES, { maxLength: 4095 })),
    bound('empty-value', 'asks for values that are not empty', other('predicate', VALUES, { minLength: 1 })),
    bound(
      'plain-value',
      'refuses control characters in values',
      other('predicate', VALUES, { pattern: '^[^\\u0000-\\u001f]*$' }),
    ),
    bound('refused', 'refuses annotations', other('predicate', '/properties', { annotations: false })),
    mutant(
      'draft/annotation-refuses',
      'OMS-ANNOT-4',
      'refuses a model whose annotations speak against it',
      core(
        'verify.ts',
        'const manifest = checkManifest(statement.manifest, warnings);',
        "const manifest = checkManifest(statement.manifest, warnings);\n  if (manifest.annotations?.verified === 'false') throw new OmsError('manifest/annotations-invalid', 'it says so');",
      ),
    ),
    mutant(
      'draft/annotation-excludes',
      'OMS-ANNOT-4',
      'leaves out a file that an annotation names',
      core('verify.ts', '{ serialization }: CheckedManifest,', '{ serialization, annotations }: CheckedManifest,'),
      core(
        'verify.ts',
        'const excess = ignoreUnsignedFiles ? [] : unsigned;',
        "const excess = ignoreUnsignedFiles ? [] : unsigned.filter((name) => name !== annotations?.['org.example.ignore']);",
      ),
    ),
    mutant(
      'draft/annotations-not-reported',
      'OMS-ANNOT-5',
      'keeps the annotations to itself',
      core('verify.ts', 'annotations: manifest.annotations ?? {} }', 'annotations: {} }'),
    ),
  ];
}

function signMutants(): Mutant[] {
  const annotations = '...(manifest.draft && manifest.annotations ? { annotations: manifest.annotations } : {}),';
  return [
    mutant(
      'draft/sign-published-type',
      'OMS-STMT-3',
      'signs in version 1.0 where the draft is asked for',
      core('format/statement.ts', 'manifest.draft ? DRAFT_PREDICATE_TYPE : PREDICATE_TYPE', 'PREDICATE_TYPE'),
      core(
        'format/statement.ts',
        'manifest.draft ? draftValidators().validateProducedStatement : validateProducedStatement',
        'validateProducedStatement',
      ),
    ),
    mutant(
      'draft/sign-published-root',
      'OMS-ROOT-4',
      'signs the root digest of version 1.0 in the draft',
      core('sign.ts', `const root = ${ROOT_CALL};`, 'const root = rootDigest(resources);'),
    ),
    mutant(
      'draft/sign-root-beside',
      'OMS-ROOT-5',
      'signs the root digest of version 1.0 beside that of the draft',
      core(
        'format/statement.ts',
        'import { MAX_RESOURCES, type Manifest }',
        'import { MAX_RESOURCES, type Manifest, rootDigest }',
      ),
      core(
        'format/statement.ts',
        'digest: { sha256: manifest.rootDigest } }],',
        "digest: { sha256: manifest.rootDigest, 'oms-1.0': rootDigest(manifest.resources) } }],",
      ),
    ),
    mutant(
      'draft/sign-no-annotations',
      'OMS-ANNOT-1',
      'signs no annotations',
      core('format/statement.ts', annotations, ''),
    ),
    mutant(
      'draft/sign-trimmed',
      'OMS-ANNOT-1',
      'trims annotations',
      core(
        'format/statement.ts',
        annotations,
        '...(manifest.draft && manifest.annotations ? { annotations: Object.fromEntries(Object.entries(manifest.annotations).map(([key, value]) => [key, value.trim()])) } : {}),',
      ),
    ),
  ];
}
