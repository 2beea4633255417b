import type { RequirementId } from '../../../../suite/src/vectors/vector.ts';
import { accept, directory, either, type Recipe, set, variant } from '../recipe.ts';
import { draftRoot, type Forged, listAlso } from '../signed-model.ts';
import { plainFiles, plainModel } from './models.ts';

/** The vector that those of the draft begin with. */
export const DRAFT = 'statement_draft';
const PUBLISHED = 'statement_draft-published';

export function draftStatementRecipes(): readonly Recipe[] {
  // biome-ignore format: each vector is a row of a table
  return [
    {
      id: DRAFT,
      kind: 'verify',
      profile: 'draft',
      title: 'three files are signed in the draft, which the caller asks for',
      requirements: ['OMS-STMT-4', 'OMS-ROOT-4', 'OMS-ROOT-3', 'OMS-ROOT-9', 'OMS-SUBJECT-8', 'OMS-SUBJECT-10'],
      model: plainModel,
      listing: { draft: true },
      inputs: { draft: '1.1', strict: true },
      expect: accept({ report: { resources: 3 } }),
    },
    variant(DRAFT, 'statement_draft-unasked', 'the caller does not ask for the draft', ['OMS-STMT-4'], {
      inputs: { draft: undefined },
      why: 'what may change or vanish tomorrow would be taken for a signature in the format',
    }, ['statement/predicate-type', 'statement/malformed']),
    ...types,
    ...published,
    ...carried,
  ];
}

const draft = 'https://model-signing.example/draft/signature/v1.1';
const typesCases: [fault: string, title: string, value: unknown][] = [
  ['suffix', 'the predicate type has something after it', `${draft}.1`],
  ['slash', 'the predicate type ends in a slash', `${draft}/`],
  ['newer', 'the predicate type is that of another draft', draft.replace('v1.1', 'v1.2')],
  ['upper-case', 'the predicate type is in capitals', draft.toUpperCase()],
  ['released', 'the predicate type is one that version 1.1 may get', 'https://model_signing/signature/v1.1'],
  ['no-draft', 'the predicate type does not say that it is a draft', draft.replace('draft/', '')],
];

/** Those of later minor versions. */
const later: readonly string[] = ['newer', 'released'];

const types: readonly Recipe[] = typesCases.map(([fault, title, value]) =>
  variant(
    DRAFT,
    `statement_draft-type-${fault}`,
    title,
    [later.includes(fault) ? 'OMS-STMT-8' : 'OMS-STMT-4'],
    {
      ...(later.includes(fault) ? { level: 'SHOULD' } : {}),
      forge: { statementAndRoot: (s) => set(s, 'predicateType', value) },
    },
    ['statement/predicate-type', 'statement/malformed'],
  ),
);

/** A verifier that accepts the draft still judges the format by the same rules. */
// biome-ignore format: each vector is a row of a table
const published: readonly Recipe[] = [
  variant(DRAFT, PUBLISHED, 'the model is signed in version 1.0', ['OMS-HIST-1'],
    { level: 'SHOULD', listing: { draft: false } }),
  variant(PUBLISHED, 'manifest_draft-published-root',
    'the model is signed in version 1.0, with the root digest of the draft', ['OMS-ROOT-3'],
    { level: 'SHOULD', forge: { statementAndRoot: (s) => set(s.subject[0].digest, 'sha256', draftRoot(s.predicate)) } },
    ['manifest/root-digest-mismatch']),
  variant(PUBLISHED, 'manifest_draft-published-annotations',
    'the model is signed in version 1.0, with an unknown member that the draft would refuse', ['OMS-BUNDLE-12'],
    { level: 'SHOULD', forge: { statement: (s) => set(s.predicate, 'annotations', 1) } }, either),
];

type Edit = (statement: Forged) => void;

const malformed = ['statement', 'manifest'] as const;
// biome-ignore format: each vector is a row of a table
const edits: [fault: string, title: string, requirement: RequirementId, edit: Edit][] = [
  ['statement-type', 'the type of the statement differs', 'OMS-STMT-2', (s) => set(s, '_type', 'x')],
  ['subjects', 'there are three subjects', 'OMS-SUBJECT-8', (s) => s.subject.push(s.subject[1])],
  ['subject-alone', 'there is no subject with the root digest of version 1.0', 'OMS-SUBJECT-8', (s) => s.subject.shift()],
  ['subject-of-published', 'there is no subject with the root digest of the draft', 'OMS-SUBJECT-8', (s) => s.subject.pop()],
  ['subjects-swapped', 'the subjects are in the other order', 'OMS-SUBJECT-10', (s) => s.subject.reverse()],
  ['subject-other-domain', 'the first subject says that its root digest is that of the draft', 'OMS-SUBJECT-10',
    (s) => set(s.subject[0].annotations.modelSigning, 'predicateType', draft)],
  ['subject-of-file', 'the second subject says that its digest is of a file', 'OMS-SUBJECT-10',
    (s) => set(s.subject[1].annotations.modelSigning, 'digest', 'file')],
  ['subject-domainless', 'the second subject does not say of which version its root digest is', 'OMS-SUBJECT-10',
    (s) => set(s.subject[1], 'annotations', undefined)],
  ['published-root-wrong', 'the root digest of version 1.0 is that of another model', 'OMS-ROOT-9',
    (s) => set(s.subject[0].digest, 'sha256', '0'.repeat(64))],
  ['published-root-own', 'both root digests are that of the draft', 'OMS-ROOT-9',
    (s) => set(s.subject[0].digest, 'sha256', s.subject[1].digest.sha256)],
  ['subject-nameless', 'the subject has no name', 'OMS-STMT-9', (s) => set(s.subject[0], 'name', undefined)],
  ['root-absent', 'there is no root digest', 'OMS-ROOT-6', (s) => set(s.subject[0].digest, 'sha256', undefined)],
  ['digest-list', 'a list is in the digest set beside the root digest', 'OMS-ROOT-6',
    (s) => set(s.subject[0].digest, 'sha512', [])],
  ['links-flag', 'allow_symlinks is a string', 'OMS-SER-6',
    (s) => set(s.predicate.serialization, 'allow_symlinks', '')],
  ['algorithm', 'a resource names another algorithm', 'OMS-RES-6', (s) => set(last(s), 'algorithm', 'blake3')],
  ['shard-size', 'there is a shard size with files', 'OMS-SER-9',
    (s) => set(s.predicate.serialization, 'shard_size', 1)],
];
// biome-ignore format: each vector is a row of a table
const listed: [fault: string, title: string, requirement: RequirementId, edit: Edit][] = [
  ['digest-upper-case', 'a digest is in capitals', 'OMS-RES-4',
    (s) => set(last(s), 'digest', last(s).digest.toUpperCase())],
  ['name-twice', 'a resource is listed twice', 'OMS-RES-10', (s) => s.predicate.resources.push(last(s))],
  ['name-escape', 'one more resource is listed, whose name goes outside the model and back to a listed file',
    'OMS-NAME-6', (s) => listAlso(s.predicate.resources, '../model/weights/b.bin', 'bbbb')],
];
const model = (id: string, title: string, requirement: RequirementId, files: Record<string, string>) =>
  variant(DRAFT, `model_draft-${id}`, title, [requirement], { model: directory(files) }, [
    `model/${id}` as 'model/modified',
  ]);

/** Rules of version 1.0, tested where an implementation of the draft is likely to have separate code. */
// biome-ignore format: each vector is a row of a table
const carried: readonly Recipe[] = [
  ...edits.map(
    ([fault, title, requirement, statementAndRoot]) => variant(DRAFT, `manifest_draft-${fault}`, title, [requirement],
      { ...(requirement === 'OMS-STMT-9' ? { level: 'SHOULD' } : {}), forge: { statementAndRoot } }, malformed)),
  ...listed.map(
    ([fault, title, requirement, statement]) => variant(DRAFT, `manifest_draft-${fault}`, title, [requirement],
      { forge: { statement } }, ['manifest', 'statement/malformed'])),
  variant(DRAFT, 'manifest_draft-unknown-member', 'the predicate has an unknown member', ['OMS-BUNDLE-12'],
    { forge: { statement: (s) => set(s.predicate, 'futureMember', { x: [1, null] }) } }, either),
  variant(DRAFT, 'manifest_draft-subject-other-name', 'the second subject has another name', ['OMS-SUBJECT-5'],
    { forge: { statement: (s) => set(s.subject[1], 'name', 'other') } }),
  model('modified', 'a byte of a file differs', 'OMS-VERIFY-3', { ...plainFiles, 'weights/a.bin': 'aaaA' }),
  model('unsigned', 'a file was added', 'OMS-VERIFY-4', { ...plainFiles, 'run.py': '' }),
  model('missing', 'a file was removed', 'OMS-VERIFY-2', { 'config.json': '{}\n', 'weights/a.bin': 'aaaa' }),
];

const last = (statement: Forged): Forged => statement.predicate.resources.at(-1);
