import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { DRAFT_VECTORS_DIRECTORY, VECTORS_DIRECTORY } from '../../../suite/src/vectors/load.ts';
import { draftVectorFiles, vectorFiles } from './generate.ts';

it.each([
  ['the format', VECTORS_DIRECTORY, vectorFiles],
  ['the draft', DRAFT_VECTORS_DIRECTORY, draftVectorFiles],
])(
  'The recipes make the committed vectors of %s, byte for byte',
  (_what, folder, made) => {
    const files = made();
    const committed = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
    expect([...files.keys()].sort()).toEqual(committed.sort());
    const other = [...files].filter(([name, bytes]) => !readFileSync(path.join(folder, name)).equals(bytes));
    expect(other.map(([name]) => name)).toEqual([]);
  },
  600_000,
);
