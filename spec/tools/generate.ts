import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { builtFiles, committedFiles } from './generated-files.ts';
import { IDENTIFIERS, identifiersText } from './identifiers.ts';
import { layoutOf, SPEC_FOLDER, textIn } from './layout.ts';
import { policyModules } from './policy.ts';
import { readVersions } from './versions.ts';

/** Writes all generated files; returns the paths of those that changed. */
export async function generate(folder: string = SPEC_FOLDER): Promise<string[]> {
  const changed: string[] = [];
  const write = (path: string, content: string) => {
    if (textIn(folder, path) === content) return;
    mkdirSync(dirname(folder + path), { recursive: true });
    writeFileSync(folder + path, content);
    changed.push(path);
  };
  for (const version of readVersions(folder)) {
    const layout = layoutOf(version.version, folder);
    // The folder of a frozen version keeps every byte; files that are generated from it elsewhere may still improve.
    if (version.status !== 'frozen') for (const [path, content] of committedFiles(layout)) write(path, content);
    for (const [path, content] of await builtFiles(layout)) write(path, content);
  }
  for (const [path, content] of await policyModules(folder)) write(path, content);
  // The requirements of every version are written by now.
  write(IDENTIFIERS, identifiersText(folder));
  return changed;
}
