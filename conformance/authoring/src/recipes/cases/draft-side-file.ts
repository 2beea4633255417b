import { sideFileOf } from '../../../../suite/src/oracle/blake3-tree.ts';
import { bytesOf } from '../../../../suite/src/vectors/content.ts';
import type { Content, RequirementId } from '../../../../suite/src/vectors/vector.ts';
import { accept, type Outcome, type Recipe, variant } from '../recipe.ts';

const RANGE = 'model_draft-side-file';
const PATH = 'weights/a.bin';
const SIDE_FILE = 'https://model-signing.example/draft/extension/blake3-side-file/v1';

/** The second extension of the draft: parts of a file, verified with a side file (section 4.5.2). */
export function draftSideFileRecipes(): readonly Recipe[] {
  return [...accepted, ...broken, ...changed];
}

const LENGTH = 10 * 1024 + 5;
const content = (length = LENGTH): Content => ({ prng: { seed: 'side file', length } });
const model = (file: Content = content()) =>
  ({ name: 'model', tree: [{ kind: 'file', path: PATH, content: file }] }) as const;

const part = (start: number, end: number) => ({ inputs: { range: { path: PATH, start, end } } });

// biome-ignore format: each vector is a row of a table
const accepted: readonly Recipe[] = [
  {
    id: RANGE, kind: 'verify', profile: 'draft', title: 'a part of a file is checked with its side file',
    requirements: ['OMS-SIDE-2', 'OMS-SIDE-3', 'OMS-SIDE-4', 'OMS-SIDE-5', 'OMS-SIDE-6'], decidedBy: ['OMS-SIDE-4'],
    model: model(), listing: { draft: true, hashType: 'blake3' },
    inputs: { draft: '1.1', extensions: [SIDE_FILE], sideFile: 'side-file.bin', range: { path: PATH, start: 3000, end: 4000 } },
    expect: accept({ report: { verdict: 'partial' } }),
  },
  variant(RANGE, 'model_draft-side-file-whole', 'the part is the whole file', ['OMS-SIDE-6'], part(0, LENGTH),
    accept({ report: { verdict: 'partial' } })),
  variant(RANGE, 'model_draft-side-file-end', 'the part is the last byte', ['OMS-SIDE-5'], part(LENGTH - 1, LENGTH)),
  variant(RANGE, 'model_draft-side-file-elsewhere', 'a byte of another group differs, and no byte of it is asked for', ['OMS-SIDE-4'],
    { model: model({ hex: flipped(bytesOf(content()), 7 * 1024).toString('hex') }) }),
  ...[1, 4, 10].map((g) =>
    variant(RANGE, `model_draft-side-file-groups-${g}`, `a group has 2^${g} chunks`, ['OMS-SIDE-2'],
      { sideFile: () => sideFileOf(bytesOf(content()), g) })),
  ...[0, 1, 1023, 1024, 1025, 2048].map((length) =>
    variant(RANGE, `model_draft-side-file-length-${length}`, `the file has ${length} bytes`, ['OMS-SIDE-2'],
      { signed: model(content(length)), inputs: { range: { path: PATH, start: 0, end: Math.min(length, 2) } } })),
];

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] as number) ^ 1;
  return copy;
}

const INVALID = ['model/side-file-invalid'] as const;
const side = (
  id: string,
  title: string,
  requirement: RequirementId,
  sideFile: (s: Buffer) => Buffer,
  outcome: Outcome = INVALID,
) => variant(RANGE, `model_draft-side-file-${id}`, title, [requirement], { sideFile }, outcome);

const swapped = (s: Buffer) =>
  Buffer.concat([s.subarray(0, 16), s.subarray(48, 80), s.subarray(16, 48), s.subarray(80)]);
const claiming = (length: number) => (s: Buffer) => {
  const copy = Buffer.from(s);
  copy.writeBigUInt64LE(BigInt(length), 8);
  return copy;
};

// biome-ignore format: each vector is a row of a table
const broken: readonly Recipe[] = [
  side('truncated', 'the side file lacks its last byte', 'OMS-SIDE-2', (s) => s.subarray(0, -1)),
  side('too-long', 'the side file has a byte more', 'OMS-SIDE-2', (s) => Buffer.concat([s, Buffer.alloc(1)])),
  side('too-long-node', 'the side file has a node more', 'OMS-SIDE-2', (s) => Buffer.concat([s, Buffer.alloc(64)])),
  side('empty', 'the side file is empty', 'OMS-SIDE-2', () => Buffer.of()),
  side('other-kind', 'the side file begins as another kind of file', 'OMS-SIDE-2', (s) => flipped(s, 0)),
  side('other-version', 'the side file begins with another version', 'OMS-SIDE-2', (s) => flipped(s, 6)),
  side('groups-11', 'a group has 2^11 chunks', 'OMS-SIDE-2', () => sideFileOf(bytesOf(content()), 11)),
  side('swapped', 'the values of the root are swapped', 'OMS-SIDE-4', swapped),
  side('node', 'a value of a node on the way differs', 'OMS-SIDE-4', (s) => flipped(s, 16 + 64 + 1)),
  side('length', 'the side file says that the file is shorter, by less than a group', 'OMS-SIDE-3', claiming(LENGTH - 1),
    ['model/side-file-invalid', 'model/modified']),
];

const differs = (
  id: string,
  title: string,
  requirement: RequirementId,
  bytes: Buffer,
  more: { sideFile?: (s: Buffer) => Buffer } = {},
  outcome: Outcome = ['model/modified'],
) =>
  variant(
    RANGE,
    `model_draft-side-file-${id}`,
    title,
    [requirement],
    { model: model({ hex: bytes.toString('hex') }), ...more },
    outcome,
  );
const original = bytesOf(content());
const other = flipped(original, 3500);
const shorter = original.subarray(0, -1);

// biome-ignore format: each vector is a row of a table
const changed: readonly Recipe[] = [
  differs('modified', 'a byte of the part differs', 'OMS-SIDE-4', other),
  differs('modified-beside', 'a byte of the group differs, before the part', 'OMS-SIDE-4', flipped(original, 2900)),
  differs('modified-both', 'a byte of the part differs, and the side file is that of the file as it is', 'OMS-SIDE-4', other,
    { sideFile: () => sideFileOf(other, 0) }, ['model/side-file-invalid', 'model/modified']),
  differs('modified-end', 'the last byte of the file differs', 'OMS-SIDE-3', flipped(original, LENGTH - 1)),
  differs('shorter', 'the file lacks its last byte, as the side file says', 'OMS-SIDE-3', shorter,
    { sideFile: claiming(LENGTH - 1) }, ['model/modified', 'model/side-file-invalid']),
  differs('longer', 'the file has a byte more', 'OMS-SIDE-3', Buffer.concat([original, Buffer.alloc(1)])),
  variant(RANGE, 'model_draft-side-file-beyond', 'the part ends beyond the file', ['OMS-SIDE-5'], part(3000, LENGTH + 1), ['model']),
  variant(RANGE, 'model_draft-side-file-sha256', 'the file is signed by sha256', ['OMS-SIDE-5'], { listing: { hashType: 'sha256' } },
    ['model', 'manifest']),
  variant(RANGE, 'model_draft-side-file-shards', 'the file is signed in shards', ['OMS-SIDE-5'],
    { listing: { method: 'shards', shardSize: 1 << 20 } }, ['model', 'manifest']),
];
