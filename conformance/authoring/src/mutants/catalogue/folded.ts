import { core, type Edit } from '../mutant.ts';

/** Compares names, in the manifest and on disk, after `change`, an expression in `name`. */
export function folded(change: string): Edit {
  return core(
    'format/manifest.ts',
    'const { sorted, twice } = inOrder(files);',
    `const fold = <T extends Named>(list: readonly T[]) => list.map((item) => ({ ...item, name: (({ name }) => ${change})(item) })).sort(byName);
  manifest = { ...manifest, files: fold(manifest.files) };
  const sorted = fold(files);
  const twice = undefined as ModelFile | undefined;`,
  );
}
