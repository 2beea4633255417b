import { accept, type Recipe, reject, set, variant } from '../recipe.ts';
import type { Forged } from '../signed-model.ts';
import { expectedOf } from './expected.ts';
import { plainModel } from './models.ts';

const PLAIN = 'bundle_plain';

export function statementRecipes(): readonly Recipe[] {
  return [...types, ...subjects, ...rootDigests, ...payloadTexts, ...annotations, ...unknownMembers];
}

type Edit = (statement: Forged) => void;

const predicate = 'https://model_signing/signature/v1.0';
const predicateTypes: [fault: string, title: string, value: unknown][] = [
  ['foreign', 'the predicate type is a different one', 'https://example.com/predicate/v1'],
  ['provenance', 'the predicate type is that of a provenance', 'https://slsa.dev/provenance/v1'],
  ['suffix', 'the predicate type has something after it', `${predicate}.1`],
  ['slash', 'the predicate type ends in a slash', `${predicate}/`],
  ['shorter', 'the predicate type lacks the minor version', 'https://model_signing/signature/v1'],
  ['upper-case', 'the predicate type is in capitals', predicate.toUpperCase()],
  ['historical', 'the predicate type is that of v0.2.0, signed as today', 'https://model_signing/Digests/v0.1'],
  ['major', 'the predicate type is of version 2.0', 'https://model_signing/signature/v2.0'],
  ['http', 'the predicate type begins with http', predicate.replace('https', 'http')],
  ['absent', 'there is no predicate type', undefined],
  ['null', 'the predicate type is null', null],
];
const statementTypes: [fault: string, title: string, value: unknown][] = [
  ['older', 'the type of the statement is version 0.1', 'https://in-toto.io/Statement/v0.1'],
  ['suffix', 'the type of the statement has something after it', 'https://in-toto.io/Statement/v1.1'],
  ['small-letters', 'the type of the statement has small letters alone', 'https://in-toto.io/statement/v1'],
  ['foreign', 'the type of the statement is a different one', 'https://example.com/Statement/v1'],
  ['absent', 'there is no type of the statement', undefined],
  ['array', 'the type of the statement is in an array', ['https://in-toto.io/Statement/v1']],
];

// biome-ignore format: each vector is a row of a table
const types: readonly Recipe[] = [
  ...predicateTypes.map(
    ([fault, title, value]) => variant(PLAIN, `statement_predicate-type-${fault}`, title, ['OMS-STMT-4'], {
      forge: { statement: (s) => set(s, 'predicateType', value) },
      why: 'any attestation that a trusted key ever signed would pass as a signature of a model',
    }, ['statement/predicate-type', 'statement/malformed'])),
  variant(PLAIN, 'statement_predicate-type-newer', 'the predicate type is of version 1.1', ['OMS-STMT-8'], {
    level: 'SHOULD',
    forge: { statement: (s) => set(s, 'predicateType', 'https://model_signing/signature/v1.1') },
  }, ['statement/predicate-type', 'statement/malformed']),
  ...statementTypes.map(
    ([fault, title, value]) => variant(PLAIN, `statement_type-${fault}`, title, ['OMS-STMT-2'],
      { forge: { statement: (s) => set(s, '_type', value) } }, ['statement/type', 'statement/malformed'])),
];

const refused = reject(['statement/subject', 'statement/malformed']);
// biome-ignore format: each vector is a row of a table
const edits: [
  fault: string,
  title: string,
  requirement: 'OMS-SUBJECT-2' | 'OMS-STMT-6' | 'OMS-STMT-9',
  edit: Edit,
][] = [
  ['two', 'there are two subjects', 'OMS-SUBJECT-2', (s) => s.subject.push({ ...s.subject[0], name: 'other' })],
  ['twice', 'the subject appears twice', 'OMS-SUBJECT-2', (s) => s.subject.push(s.subject[0])],
  ['second-null', 'null comes after the subject', 'OMS-STMT-6', (s) => s.subject.push(null)],
  ['none', 'there is no subject', 'OMS-SUBJECT-2', (s) => set(s, 'subject', [])],
  ['absent', 'the member subject is absent', 'OMS-STMT-6', (s) => set(s, 'subject', undefined)],
  ['not-array', 'the subject is not in an array', 'OMS-STMT-6', (s) => set(s, 'subject', s.subject[0])],
  ['nameless', 'the subject has no name', 'OMS-STMT-9', (s) => set(s.subject[0], 'name', undefined)],
  ['name-empty', 'the name of the subject is empty', 'OMS-STMT-9', (s) => set(s.subject[0], 'name', '')],
  ['name-number', 'the name of the subject is a number', 'OMS-STMT-6', (s) => set(s.subject[0], 'name', 1)],
];
const names: [id: string, title: string, name: string][] = [
  ['other', 'has another name than the model', 'other'],
  ['unicode', 'is in several scripts', 'モデル-é-\u{1f600}'],
  ['path', 'looks like a path out of the model', '../../etc/passwd'],
  ['space', 'is a space', ' '],
  ['listed', 'is that of a listed file', 'config.json'],
  ['escape', 'contains a terminal escape', '\u001b[31mmodel\u001b[0m'],
];

// biome-ignore format: each vector is a row of a table
const subjects: readonly Recipe[] = [
  ...edits.map(
    ([fault, title, requirement, edit]) => variant(PLAIN, `statement_subject-${fault}`, title,
      fault === 'second-null' ? [requirement, 'OMS-SUBJECT-2'] : [requirement],
      { ...(requirement === 'OMS-STMT-9' ? { level: 'SHOULD' } : {}), forge: { statementAndRoot: edit } }, refused)),
  ...names.map(
    ([id, title, subject]) => variant(PLAIN, `statement_subject-name-${id}`, `the subject ${title}`,
      ['OMS-SUBJECT-4', 'OMS-SUBJECT-5'], { listing: { subject } })),
];

const digest = (edit: (digest: Forged) => void) => ({
  forge: { statementAndRoot: (s: Forged) => edit(s.subject[0].digest) },
});
const rootDigestsRefused = reject(['manifest/root-digest-mismatch', 'statement/subject', 'statement/malformed']);
// biome-ignore format: each vector is a row of a table
const rootDigestsEdits: [fault: string, title: string, edit: (digest: Forged) => void][] = [
  ['wrong', 'the root digest is that of nothing',
    (d) => set(d, 'sha256', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')],
  ['last-digit', 'the last digit of the root digest differs',
    (d) => set(d, 'sha256', d.sha256.slice(0, -1) + (d.sha256.endsWith('0') ? '1' : '0'))],
  ['other-algorithm', 'the root digest is under another algorithm', (d) => {
    set(d, 'sha512', d.sha256 + d.sha256);
    set(d, 'sha256', undefined);
  }],
  ['member-in-capitals', 'the root digest is under "SHA256"', (d) => {
    set(d, 'SHA256', d.sha256);
    set(d, 'sha256', undefined);
  }],
  ['upper-case', 'the root digest is in capitals', (d) => set(d, 'sha256', d.sha256.toUpperCase())],
  ['short', 'the root digest has 62 digits', (d) => set(d, 'sha256', d.sha256.slice(2))],
  ['empty', 'the root digest is empty', (d) => set(d, 'sha256', '')],
  ['base64', 'the root digest is in Base64', (d) => set(d, 'sha256', Buffer.from(d.sha256, 'hex').toString('base64'))],
];

// biome-ignore format: each vector is a row of a table
const rootDigests: readonly Recipe[] = [
  ...rootDigestsEdits.map(
    ([fault, title, edit]) => variant(PLAIN, `statement_root-digest-${fault}`, title, ['OMS-ROOT-3'],
      { level: 'SHOULD', ...digest(edit) }, rootDigestsRefused)),
  variant(PLAIN, 'statement_root-digest-absent', 'the digest set of the subject is empty', ['OMS-ROOT-6', 'OMS-ROOT-3'],
    digest((d) => set(d, 'sha256', undefined)), rootDigestsRefused),
  variant(PLAIN, 'statement_root-digest-array', 'the root digest is in an array', ['OMS-ROOT-6', 'OMS-ROOT-3'],
    digest((d) => set(d, 'sha256', [d.sha256])), rootDigestsRefused),
  variant(PLAIN, 'statement_subject-digestless', 'the subject has no digest set', ['OMS-ROOT-6'],
    { forge: { statementAndRoot: (s) => set(s.subject[0], 'digest', undefined) } }, rootDigestsRefused),
  variant(PLAIN, 'statement_root-digest-beside-another', 'a digest by another algorithm is beside the root digest',
    ['OMS-BUNDLE-7'], digest((d) => set(d, 'sha512', '00'.repeat(64)))),
  variant(PLAIN, 'statement_root-digest-beside-list', 'a list is in the digest set beside the root digest', ['OMS-ROOT-6'],
    digest((d) => set(d, 'sha512', [])), rootDigestsRefused),
  variant(PLAIN, 'statement_root-digest-reported', 'the root digest is reported', ['OMS-VERIFY-7'], { level: 'SHOULD' },
    accept({ report: { rootDigest: expectedOf(plainModel).rootDigest ?? '' } })),
];

const text = (payload: (json: string) => string | Buffer) => ({ forge: { payload } });
// biome-ignore format: each vector is a row of a table
const payloadTextsCases: [
  fault: string,
  title: string,
  requirement: 'OMS-JSON-1' | 'OMS-JSON-2' | 'OMS-JSON-3' | 'OMS-STMT-6' | 'OMS-LIMIT-1',
  payload: (json: string) => string | Buffer,
][] = [
  ['utf8-invalid', 'the subject contains a byte that is not UTF-8', 'OMS-JSON-2',
    (json) => Buffer.from(json.replace('"name":"model"', '"name":"m\u00ffdel"'), 'latin1')],
  ['trailing', 'a second object comes after the statement', 'OMS-JSON-2', (json) => `${json}{}`],
  ['truncated', 'the last brace is missing', 'OMS-JSON-2', (json) => json.slice(0, -1)],
  ['not-json', 'the payload is not JSON', 'OMS-STMT-6', () => 'model'],
  ['utf16', 'the payload is in UTF-16', 'OMS-JSON-2', (json) => Buffer.from(json, 'utf16le')],
  ['duplicate-resources-first', 'the resources appear twice, and the first are those of the model', 'OMS-JSON-1',
    (json) => json.replace(/\]\}\}$/, '],"resources":[]}}')],
  ['duplicate-resources-last', 'the resources appear twice, and the last are those of the model', 'OMS-JSON-1',
    (json) => json.replace('"resources":', '"resources":[],"resources":')],
  ['duplicate-digest', 'a digest appears twice in one resource, with one value', 'OMS-JSON-1',
    (json) => json.replace(/("digest":"[0-9a-f]{64}"),"algorithm"/, '$1,$1,"algorithm"')],
  ['duplicate-type', 'the predicate type appears twice, the first being a different one', 'OMS-JSON-1',
    (json) => json.replace('"predicateType":', '"predicateType":"https://example.com/v1","predicateType":')],
  ['array', 'the statement is in an array', 'OMS-STMT-6', (json) => `[${json}]`],
  ['null', 'the statement is null', 'OMS-STMT-6', () => 'null'],
  ['text', 'the statement is a string that contains it', 'OMS-STMT-6', (json) => JSON.stringify(json)],
  ['base64', 'the payload is the Base64 of the statement', 'OMS-STMT-6', (json) => Buffer.from(json).toString('base64')],
];

const ANNOTATED = 'statement_subject-annotations';
/** Faults in the value of an annotation of the subject, whose form in-toto leaves to the producer. */
// biome-ignore format: each vector is a row of a table
const annotationCases: [
  fault: string,
  title: string,
  requirement: 'OMS-JSON-1' | 'OMS-JSON-2' | 'OMS-JSON-3' | 'OMS-LIMIT-1',
  annotation: string,
][] = [
  ['nan', 'is NaN', 'OMS-JSON-2', '"n":NaN'],
  ['infinity', 'is -Infinity', 'OMS-JSON-2', '"n":-Infinity'],
  ['leading-zero', 'is a number with a leading zero', 'OMS-JSON-2', '"n":007'],
  ['hexadecimal', 'is a hexadecimal number', 'OMS-JSON-2', '"n":0x1F'],
  ['python-literal', 'is None', 'OMS-JSON-2', '"n":None'],
  ['surrogate', 'is half a surrogate pair', 'OMS-JSON-3', '"n":"\\ud800"'],
  ['surrogate-name', 'has a name with half a surrogate pair', 'OMS-JSON-3', '"\\udfff":1'],
  ['duplicate-unknown', 'has one member twice, once with an escape in its name', 'OMS-JSON-1', '"n":{"a":1,"\\u0061":1}'],
  ['deep', 'is 100,000 arrays nested in one another', 'OMS-LIMIT-1', `"n":${'['.repeat(100_000)}${']'.repeat(100_000)}`],
];

// biome-ignore format: each vector is a row of a table
const annotations: readonly Recipe[] = [
  variant(PLAIN, ANNOTATED, 'the subject has an annotation, which is a number', ['OMS-BUNDLE-7', 'OMS-JSON-4'],
    { forge: { statement: (s) => set(s.subject[0], 'annotations', { n: 1 }) } }),
  ...annotationCases.map(
    ([fault, title, requirement, annotation]) => variant(ANNOTATED, `statement_payload-${fault}`,
      `an annotation of the subject ${title}`, [requirement], text((json) => json.replace('"n":1', () => annotation)),
      ['statement/not-json', 'statement/duplicate-member', 'statement/too-large'])),
];

// biome-ignore format: each vector is a row of a table
const payloadTexts: readonly Recipe[] = [
  ...payloadTextsCases.map(
    ([fault, title, requirement, payload]) => variant(PLAIN, `statement_payload-${fault}`, title, [requirement],
      text(payload), requirement === 'OMS-STMT-6'
        ? ['statement']
        : ['statement/not-json', 'statement/duplicate-member', 'statement/too-large'])),
  variant(PLAIN, 'statement_payload-bom', 'a byte order mark comes first', ['OMS-JSON-10'],
    { level: 'SHOULD', ...text((json) => `\ufeff${json}`) }, ['statement/not-json']),
];

const unknown = (
  title: string,
  id: string,
  requirement: 'OMS-BUNDLE-7' | 'OMS-BUNDLE-12' | 'OMS-RES-11',
  at: (statement: Forged) => Forged,
) =>
  variant(PLAIN, `statement_unknown-member-${id}`, `${title} has unknown members`, [requirement], {
    ...(requirement === 'OMS-BUNDLE-12' ? { level: 'SHOULD' as const } : {}),
    forge: { statement: (s) => Object.assign(at(s), { futureMember: { nested: [1, null, 'x'] }, x: true }) },
  });

const unknownMembers: readonly Recipe[] = [
  unknown('the statement', 'top', 'OMS-BUNDLE-12', (s) => s),
  unknown('the subject', 'subject', 'OMS-BUNDLE-7', (s) => s.subject[0]),
  unknown('the predicate', 'predicate', 'OMS-BUNDLE-12', (s) => s.predicate),
  unknown('the serialization', 'serialization', 'OMS-BUNDLE-12', (s) => s.predicate.serialization),
  unknown('a resource', 'resource', 'OMS-RES-11', (s) => s.predicate.resources[1]),
];
