import type { HashJob, HashOptions } from '../engine.ts';
import type { Difference, Warnings } from '../format/errors.ts';
import type { Serialization } from '../format/manifest/manifest.ts';
import { compareNames } from '../format/names.ts';
import { MAX_POINTER_BYTES, type PointerKind, pointerKind, pointerKinds } from '../format/pointer.ts';
import { quote } from '../format/text.ts';
import type { ModelFile } from '../model.ts';
import type { ReadModelOptions } from './options.ts';
import { readWholeFile } from './whole-file.ts';

/** The files of a model that hold only a pointer to their content, by name. */
export type Pointers = ReadonlyMap<string, PointerKind>;

/** How many names a message lists. */
const MAX_NAMED = 10;

/** How many of the files that differ are looked at. */
const MAX_EXAMINED = 1000;

const titles: Readonly<Record<PointerKind, string>> = {
  'git-lfs': 'Git LFS',
  'git-xet': 'Git Xet',
  'git-annex': 'git-annex',
  'hub-link': 'the cache of a hub',
};

/** Reads those files that are small enough to be pointers. A file that cannot be read any more is taken for none. */
async function findPointers(files: readonly ModelFile[], signal: AbortSignal | undefined): Promise<Pointers> {
  const found = new Map<string, PointerKind>();
  for (const file of files) {
    signal?.throwIfAborted();
    const bytes = await readWholeFile(file, MAX_POINTER_BYTES, signal).catch(() => null);
    signal?.throwIfAborted();
    const kind = bytes && pointerKind(bytes);
    if (kind) found.set(file.name, kind);
  }
  return found;
}

/** Collects the pointers among the files that are hashed: as the engine reports them, or by reading small files again. */
export class PointerWatch<Options extends ReadModelOptions> {
  readonly options: Options & Pick<HashOptions, 'onPointer'>;
  readonly #doesReport: boolean;
  readonly #reported = new Map<string, PointerKind>();

  constructor(options: Options, { shardSize }: Pick<Serialization, 'shardSize'>) {
    // An engine sees no pointer that is cut into several shards.
    const isWhole = shardSize === null || shardSize >= MAX_POINTER_BYTES;
    this.#doesReport = isWhole && (options.engine === undefined || options.engine.reportsPointers === true);
    const onPointer = ({ file }: HashJob, kind: PointerKind) => this.#reported.set(file.name, kind);
    this.options = this.#doesReport ? { ...options, onPointer } : options;
  }

  /** @param files those that were hashed, for an engine that does not report what it finds */
  async found(files: () => readonly ModelFile[], signal: AbortSignal | undefined): Promise<Pointers> {
    return this.#doesReport ? this.#reported : findPointers(files(), signal);
  }
}

/** Warns of files whose content would not be signed, but only where it is kept. */
export function warnOfPointers(pointers: Pointers, warnings: Warnings): void {
  for (const kind of pointerKinds) {
    const names = [...pointers].filter(([, found]) => found === kind).map(([name]) => name);
    if (names.length === 0) continue;
    const are = names.length === 1 ? 'is only a pointer' : `(${names.length} files) are only pointers`;
    const message = `${listNames(names.sort(compareNames))} ${are} of ${titles[kind]}, not the content that it keeps`;
    warnings.add('model/pointer-file', message);
  }
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMED).map((name) => quote(name));
  return names.length > MAX_NAMED ? `${shown.join(', ')}, …` : shown.join(', ');
}

/** Says of modified files which of them are only pointers, as far as the first ones go. */
export async function explainPointers(
  differences: readonly Difference[],
  files: readonly ModelFile[],
  signal: AbortSignal | undefined,
): Promise<readonly Difference[]> {
  const modified = new Set(differences.flatMap(({ kind, path }) => (kind === 'modified' ? [path] : [])));
  if (modified.size === 0) return differences;
  const examined = files.filter(({ name }) => modified.has(name)).slice(0, MAX_EXAMINED);
  const pointers = await findPointers(examined, signal);
  if (pointers.size === 0) return differences;
  return differences.map((difference) => {
    const pointer = difference.kind === 'modified' ? pointers.get(difference.path) : undefined;
    return pointer === undefined ? difference : { ...difference, pointer };
  });
}
