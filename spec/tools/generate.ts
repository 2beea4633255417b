import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { generatedFiles } from './generated-files.ts';
import { IDENTIFIERS, identifiersText } from './identifiers.ts';
import { layoutOf, SPEC_FOLDER, textIn } from './layout.ts';
import { readVersions, type Version } from './versions.ts';

/** Writes whatever is made from other files; answers with the paths of those that changed. */
export async function generate(folder: string = SPEC_FOLDER): Promise<string[]> {
  const changed: string[] = [];
  const write = (path: string, content: string) => {
    if (textIn(folder, path) === content) return;
    mkdirSync(dirname(folder + path), { recursive: true });
    writeFileSync(folder + path, content);
    changed.push(path);
  };
  for (const version of readVersions(folder)) {
    for (const [path, content] of await generatedFiles(layoutOf(version.version, folder))) {
      if (!isLocked(path, version)) write(path, content);
    }
  }
  // The prose is complete by now, so that the list of identifiers is too.
  write(IDENTIFIERS, identifiersText(folder));
  return changed;
}

/** A frozen version keeps every byte of its folder; what is made of it elsewhere may still be made better. */
function isLocked(path: string, { version, status }: Version): boolean {
  return status === 'frozen' && path.startsWith(`${version}/`);
}
