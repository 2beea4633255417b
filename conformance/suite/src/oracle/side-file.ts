import { bytesOf } from '../vectors/content.ts';
import type { VectorInputs, VectorModel } from '../vectors/vector.ts';
import { leftOf, parent, subtree } from './blake3-tree.ts';
import { type Judge, Refusal } from './judgement.ts';
import type { SignedFile } from './manifest.ts';
import type { Serialization } from './statement.ts';

const CHUNK = 1024;
const HEAD = 16;

interface RangeCase {
  readonly model: VectorModel;
  readonly inputs: VectorInputs;
  readonly read: (file: string) => Buffer;
}

/** Checks a part of a file with a side file: section 4.5.2. */
export function checkRange(
  { hashType, method }: Serialization,
  files: ReadonlyMap<string, SignedFile>,
  { model, inputs, read }: RangeCase,
  judge: Judge,
): void {
  const { path, start, end } = inputs.range as NonNullable<typeof inputs.range>;
  const signed = files.get(path);
  if (signed === undefined) throw new Refusal('model/not-signed', path);
  const usable = method === 'files' && hashType === 'blake3';
  judge.refuseIf(!usable, 'side-file-for-any-digest', 'model/not-signed', `${method} ${hashType}`);
  const node = 'tree' in model ? model.tree.find((each) => 'path' in each && each.path === path) : undefined;
  if (node?.kind !== 'file') throw new Refusal('model/missing', path, { differences: [{ kind: 'missing', path }] });
  const bytes = bytesOf(node.content);
  const side = read(inputs.sideFile ?? '');
  const { g, length } = readHead(side, judge);
  const size = CHUNK * 2 ** g;
  const groups = Math.max(1, Math.ceil(length / size));
  const wrong = side.length !== HEAD + 64 * (groups - 1);
  if (side.length < HEAD + 64 * (groups - 1)) throw new Refusal('model/side-file-invalid', 'too short');
  judge.refuseIf(wrong, 'side-file-of-any-size', 'model/side-file-invalid', `${side.length} bytes`);
  if (bytes.length !== length && !judge.has('side-file-end-unchecked')) throw modified(path);
  judge.refuseIf(end > length, 'range-cut-at-the-end', 'model/not-signed', 'beyond the end');
  const tree = { bytes, side, size, path, judge };
  const digest = usable ? Buffer.from(String(signed), 'hex') : null;
  const wanted = (from: number, until: number) => start < until && Math.min(end, length) > from;
  const last = (_: number, until: number) => until >= length;
  if (!judge.has('side-file-end-unchecked'))
    walk(tree, last, { from: 0, until: length, at: HEAD, value: digest, isRoot: true });
  walk(tree, wanted, { from: 0, until: length, at: HEAD, value: digest, isRoot: true });
}

function readHead(side: Buffer, judge: Judge): { g: number; length: number } {
  if (side.length < HEAD) throw new Refusal('model/side-file-invalid', 'no beginning');
  const other = side.subarray(0, 7).toString('latin1') !== 'OMSB3T1';
  judge.refuseIf(other, 'side-file-beginning-unchecked', 'model/side-file-invalid', 'another beginning');
  const g = side[7] as number;
  judge.refuseIf(g > 10, 'side-file-of-any-group-size', 'model/side-file-invalid', `2^${g} chunks`);
  return { g, length: Number(side.readBigUInt64LE(8)) };
}

interface Tree {
  readonly bytes: Buffer;
  readonly side: Buffer;
  readonly size: number;
  readonly path: string;
  readonly judge: Judge;
}

interface Part {
  readonly from: number;
  readonly until: number;
  readonly at: number;
  /** Null if a defective program does not compare it. */
  readonly value: Buffer | null;
  readonly isRoot: boolean;
}

function walk(tree: Tree, wanted: (from: number, until: number) => boolean, part: Part): void {
  const { bytes, side, size, path, judge } = tree;
  const { from, until, at, value, isRoot } = part;
  if (!wanted(from, until)) return;
  const groups = Math.ceil((until - from) / size);
  if (groups <= 1) {
    const differs = value !== null && !subtree(bytes.subarray(from, until), from / CHUNK, isRoot).equals(value);
    if (differs && !judge.has('side-file-groups-unchecked')) throw modified(path);
    return;
  }
  const pair = side.subarray(at, at + 64);
  const differs = value !== null && !parent(pair, isRoot).equals(value);
  judge.refuseIf(differs, 'side-file-nodes-unchecked', 'model/side-file-invalid', `at byte ${at}`);
  const left = leftOf(groups);
  const middle = from + left * size;
  walk(tree, wanted, { from, until: middle, at: at + 64, value: pair.subarray(0, 32), isRoot: false });
  walk(tree, wanted, { from: middle, until, at: at + 64 * left, value: pair.subarray(32), isRoot: false });
}

function modified(path: string): Refusal {
  const checks = ['side-file-groups-unchecked', 'side-file-end-unchecked'] as const;
  return new Refusal('model/modified', path, { differences: [{ kind: 'modified', path }], checks });
}
