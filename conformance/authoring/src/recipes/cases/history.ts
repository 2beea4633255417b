import type { RequirementId } from '@model-signing/spec';
import { testKeys } from '../keys.ts';
import { accept, directory, link, type Recipe, type reject, set, type VerifyRecipe, variant } from '../recipe.ts';
import type { Forged } from '../signed-model.ts';
import { plainFiles } from './models.ts';

const PLAIN = 'bundle_plain';
const V1 = 'bundle_v1-0';
const V02 = 'statement_v0-2';
const historical = (recipe: VerifyRecipe): VerifyRecipe => ({ profile: 'historical', ...recipe, kind: 'historical' });

/** Bundles as earlier versions of the Python package wrote them. */
export function historyRecipes(): readonly Recipe[] {
  return [...[...version1, ...singleFiles, ...version02].map(historical), ...refusedDots];
}

const rawBytes = { publicKey: { rawBytes: Buffer.from(testKeys['p256-a'].publicPem).toString('base64') } };

/** v0.3.1 to v1.0.x: rawBytes, a keyid of null, no recorded exclusions, members in the order of that package. */
function asVersion1(name = '.') {
  return {
    listing: { ignorePaths: null, subject: name },
    forge: {
      material: (material: Forged) => set(material, 'publicKey', rawBytes.publicKey),
      envelope: (envelope: Forged) => set(envelope.signatures[0], 'keyid', null),
      payload: (json: string) =>
        JSON.stringify(JSON.parse(json), null, 0).replaceAll('","', '", "').replaceAll('":', '": '),
    },
  };
}

// biome-ignore format: each vector is a row of a table
const version1: readonly VerifyRecipe[] = [
  variant(PLAIN, V1, 'a directory as v0.3.1 to v1.0.x signed it',
    ['OMS-HIST-1', 'OMS-HIST-3', 'OMS-KEY-7', 'OMS-HIST-5'], { level: 'SHOULD', ...asVersion1('model') },
    accept({ warnings: ['signer/historical-key'] })),
  variant(V1, `${V1}-git-paths`, 'the four git paths are there', ['OMS-HIST-3', 'OMS-IGNORE-9'],
    { model: directory({ ...plainFiles, '.git/HEAD': 'x', '.gitignore': 'y' }) },
    accept({ warnings: ['signer/historical-key'], report: { ignored: ['.git', '.gitignore'] } })),
  variant(V1, `${V1}-modified`, 'a byte of a listed file differs', ['OMS-VERIFY-3'],
    { model: directory({ ...plainFiles, 'config.json': '[]\n' }) }, ['model/modified']),
  variant(V1, `${V1}-signature-wrong`, 'the signature is that of another key', ['OMS-DSSE-10', 'OMS-KEY-3'],
    { signer: 'p256-b', inputs: { publicKey: 'keys/test-p256-a.pub.pem' } }, ['envelope/signature-invalid']),
  variant(PLAIN, 'envelope_keyid-null-and-no-exclusions', 'the keyid is null and no exclusion is recorded',
    ['OMS-HIST-3', 'OMS-DSSE-7', 'OMS-HIST-2', 'OMS-HIST-5'], {
      listing: { ignorePaths: null },
      forge: { envelope: (envelope) => set(envelope.signatures[0], 'keyid', null) },
    }),
  variant('envelope_keyid-null-and-no-exclusions', 'envelope_keyid-null-and-no-exclusions-strict',
    'strict mode is asked for', ['OMS-HIST-3', 'OMS-DSSE-7', 'OMS-HIST-2', 'OMS-HIST-5'], { inputs: { strict: true } }),
];

const dot = { forge: { statement: (s: Forged) => set(s.predicate.resources[0], 'name', '.') } };
const DOT = 'manifest_dot';
const warned = accept({ warnings: ['manifest/single-file-name'] });
const dotShards = {
  forge: {
    statement: (s: Forged) => {
      for (const each of s.predicate.resources) each.name = each.name.replace('w.bin', '.');
    },
  },
};

// biome-ignore format: each vector is a row of a table
const singleFiles: readonly VerifyRecipe[] = [
  variant('model_single-file', DOT, 'the only file is listed as "."', ['OMS-NAME-10', 'OMS-HIST-5'],
    { level: 'MAY', ...dot }, warned),
  variant(DOT, 'manifest_dot-modified', 'the content of the file differs', ['OMS-VERIFY-3', 'OMS-NAME-10'],
    { model: { name: 'w.safetensors', content: { utf8: 'Single' } } }, ['model/modified']),
  variant(DOT, 'manifest_dot-renamed', 'the file has another name', ['OMS-NAME-10'],
    { level: 'MAY', model: { name: 'v.safetensors', content: { utf8: 'single' } } }, warned),
  variant('manifest_shards-single-file', 'manifest_dot-shards', 'the shards of the only file are listed as "."',
    ['OMS-NAME-10'], { level: 'MAY', listing: { method: 'shards', shardSize: 4 }, ...dotShards, profile: 'shards' },
    warned),
];

/** What even a verifier that takes "." refuses. */
// biome-ignore format: each vector is a row of a table
const refusedDots: readonly VerifyRecipe[] = [
  variant('model_single-file-strict', 'manifest_dot-strict',
    'the only file is listed as ".", and strict mode is asked for', ['OMS-NAME-10', 'OMS-NAME-6'],
    { decidedBy: ['OMS-NAME-6'], ...dot },
    ['manifest/single-file-name', 'manifest/name-invalid', 'model/missing', 'model/unsigned']),
  variant('model_single-file-in-directory', 'manifest_dot-of-directory',
    'the model is a directory with one file, which is listed as "."', ['OMS-NAME-6', 'OMS-NAME-10'],
    { ...dot, why: '"." would be whatever file is there' },
    ['manifest/name-invalid', 'model/missing', 'model/unsigned']),
  variant('model_single-file', 'manifest_dot-beside-another', 'a single file is listed by its name and as "."',
    ['OMS-NAME-6', 'OMS-NAME-10'],
    { forge: { statement: (s: Forged) => s.predicate.resources.unshift({ ...s.predicate.resources[0], name: '.' }) } },
    ['manifest/name-invalid', 'model/missing']),
];

/** v0.2.0: files as subjects, and a text that is not DSSE. */
function asVersion02() {
  return {
    forge: {
      payload: (json: string) => {
        const { subject, predicate } = JSON.parse(json);
        const subjects = predicate.resources.map(({ name, digest }: Forged) => ({ name, digest: { sha256: digest } }));
        return JSON.stringify({
          _type: 'https://in-toto.io/Statement/v1',
          subject: subject.length === 1 ? subjects : subject,
          predicateType: 'https://model_signing/Digests/v0.1',
          predicate: { unused: 'Unused, just passed due to API requirements' },
        });
      },
      signedBytes: oldText,
    },
  };
}

const SIGNED = `${V02}-p384`;
const listed = (
  requirement: RequirementId,
  id: string,
  title: string,
  edit: (subjects: Forged[]) => void,
  reasons: Parameters<typeof reject>[0],
) =>
  variant(
    V02,
    `${V02}-${id}`,
    title,
    [...new Set<RequirementId>([requirement, 'OMS-HIST-8', 'OMS-HIST-4'])],
    {
      decidedBy: ['OMS-HIST-8'],
      forge: {
        payload: (json) => {
          const statement = JSON.parse(json);
          edit(statement.subject);
          return JSON.stringify(statement);
        },
      },
    },
    reasons,
  );
const names = ['manifest/name-invalid', 'statement/malformed', 'statement/subject'] as const;
const digests = ['manifest/digest-invalid', 'statement/malformed', 'statement/subject'] as const;

/** Today's rules apply to what v0.2.0 lists. */
// biome-ignore format: each vector is a row of a table
const oldRules: readonly VerifyRecipe[] = [
  variant(V02, SIGNED, 'the key is on P-384, and the signature over SHA-256', ['OMS-HIST-8', 'OMS-HIST-4'], {
    level: 'MAY',
    signer: 'p384-a',
    forge: { hash: 'sha256', material: (m) => set(m, 'publicKey', { hint: testKeys['p384-a'].hint }) },
    inputs: { publicKey: 'keys/test-p384-a.pub.pem' },
  }, accept({ warnings: ['envelope/historical-form'] })),
  variant(V02, `${V02}-as-written`, 'rawBytes replaces the hint, and the keyid is null',
    ['OMS-HIST-8', 'OMS-HIST-4', 'OMS-KEY-7'], {
      level: 'MAY',
      forge: {
        material: (m) => set(m, 'publicKey', rawBytes.publicKey),
        envelope: (e) => set(e.signatures[0], 'keyid', null),
      },
    }, accept({ warnings: ['envelope/historical-form', 'signer/historical-key'] })),
  listed('OMS-NAME-6', 'escape', 'one more file is listed, whose name goes outside the model and back to another',
    (subjects) => subjects.unshift({ ...subjects[1], name: '../model/weights/a.bin' }), names),
  listed('OMS-NAME-6', 'absolute', 'one more file is listed, whose name is absolute, and that of another but for that',
    (subjects) => subjects.unshift({ ...subjects[1], name: '/weights/a.bin' }), names),
  listed('OMS-RES-10', 'twice', 'a file is listed twice', (subjects) => subjects.unshift(subjects[0]),
    ['manifest/name-duplicate', 'statement/malformed', 'statement/subject']),
  listed('OMS-RES-4', 'digest-upper-case', 'a digest is in capitals',
    (subjects) => set(subjects[1].digest, 'sha256', subjects[1].digest.sha256.toUpperCase()), digests),
  listed('OMS-RES-4', 'digest-short', 'a digest is cut to 32 digits',
    (subjects) => set(subjects[1].digest, 'sha256', subjects[1].digest.sha256.slice(0, 32)), digests),
  variant(V02, `${V02}-unsigned-ignored`, 'unsigned files are ignored', ['OMS-HIST-4', 'OMS-UNSIGNED-2'],
    { level: 'MAY', inputs: { ignoreUnsignedFiles: true } }, accept({ warnings: ['envelope/historical-form'] })),
  {
    ...listed('OMS-HIST-8', 'none', 'no file is listed', (subjects) => subjects.splice(0),
      ['manifest/empty', 'statement/subject', 'statement/malformed']),
    from: `${V02}-unsigned-ignored`,
  },
  variant(V02, `${V02}-link`, 'a link is in the model', ['OMS-HIST-8', 'OMS-LINK-15'], {
    model: directory(plainFiles, [link('latest', 'weights')]),
    inputs: { allowSymlinks: true },
  }, ['model/symlink', 'model/unsigned']),
];

/** The text that v0.2.0 signs: the payload as Python prints bytes. */
export function oldText(payloadType: string, payload: Buffer): Buffer {
  const quote = payload.includes("'") && !payload.includes('"') ? '"' : "'";
  const escapes: Record<number, string> = {
    9: '\\t',
    10: '\\n',
    13: '\\r',
    92: '\\\\',
    [quote.charCodeAt(0)]: `\\${quote}`,
  };
  const printed = [...payload].map(
    (byte) =>
      escapes[byte] ??
      (byte < 32 || byte > 126 ? `\\x${byte.toString(16).padStart(2, '0')}` : String.fromCharCode(byte)),
  );
  return Buffer.from(
    `DSSEV1 ${payloadType.length} ${payloadType} ${payload.length} b${quote}${printed.join('')}${quote}`,
  );
}

const may = { level: 'MAY' as const };
const version02Warned = accept({ warnings: ['envelope/historical-form'] });
const odd = directory({ "it's": 'a', 'tab\t\\n': 'b', 'caf\u00e9': 'c' });

// biome-ignore format: each vector is a row of a table
const version02: readonly VerifyRecipe[] = [
  variant(PLAIN, V02, 'a directory as v0.2.0 signed it', ['OMS-HIST-4', 'OMS-HIST-5', 'OMS-STMT-5'],
    { ...may, ...asVersion02() }, version02Warned),
  variant(V02, `${V02}-odd-names`, 'names contain quotes, backslashes, and letters beyond ASCII', ['OMS-HIST-4'],
    { ...may, signed: odd }, version02Warned),
  variant(V02, `${V02}-git-paths`, 'the four git paths are there', ['OMS-HIST-4', 'OMS-IGNORE-2'],
    { ...may, model: directory({ ...plainFiles, '.git/x': 'x', '.gitattributes': 'y' }) }, version02Warned),
  variant(V02, `${V02}-modified`, 'a byte of a listed file differs', ['OMS-VERIFY-3', 'OMS-HIST-4'],
    { model: directory({ ...plainFiles, 'config.json': '[]\n' }) }, ['model/modified']),
  variant(V02, `${V02}-missing`, 'a listed file is missing', ['OMS-VERIFY-2', 'OMS-HIST-4'],
    { model: directory({ 'config.json': '{}\n', 'weights/a.bin': 'aaaa' }) }, ['model/missing']),
  variant(V02, `${V02}-unsigned`, 'a file is added', ['OMS-VERIFY-4', 'OMS-HIST-4'],
    { model: directory({ ...plainFiles, extra: 'x' }) }, ['model/unsigned']),
  variant(V02, `${V02}-signature-wrong`, 'the signature is that of another key', ['OMS-DSSE-10', 'OMS-HIST-4'], {
    signer: 'p256-b',
    forge: { material: (m) => set(m, 'publicKey', { hint: testKeys['p256-a'].hint }) },
    inputs: { publicKey: 'keys/test-p256-a.pub.pem' },
  }, ['envelope/signature-invalid']),
  ...oldRules,
  variant(V02, `${V02}-strict`, 'strict mode is asked for', ['OMS-HIST-5', 'OMS-HIST-4'], { inputs: { strict: true } },
    ['envelope/historical-form', 'statement/predicate-type', 'envelope/signature-invalid']),
];
