import type { Model } from '@model-signing/core';
import type { ManifestModel } from '@model-signing/sources';

/**
 * The ignore paths that name neither a file nor a directory of a model in a store.
 * @param given as they were typed
 * @param names the same in canonical form
 */
export async function absentNames(model: Model, given: readonly string[], names: readonly string[]): Promise<string[]> {
  const { files } = await model.list({ followSymlinks: false, excludes: () => false, sizes: false });
  const isThere = (name: string) => files.some((file) => file.name === name || file.name.startsWith(`${name}/`));
  return given.filter((_, index) => !isThere(names[index] as string));
}

/**
 * The same for a manifest, in whichever view a name is one: which view was signed is known only once the signature is open.
 * @throws {SourceError} if the manifest has no view at all
 */
export async function absentInViews(
  manifest: ManifestModel,
  given: readonly string[],
  names: readonly string[],
): Promise<string[]> {
  const views = [manifest.withView('files'), manifest.withView('layers')];
  const found = await Promise.allSettled(views.map((view) => absentNames(view, given, names)));
  const absent = found.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  if (absent.length === 0) return absentNames(manifest, given, names);
  return given.filter((path) => absent.every((paths) => paths.includes(path)));
}
