import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { allMutants } from './catalogue/all.ts';

const packages = path.resolve(import.meta.dirname, '../../../../packages');

it('has edits that apply to the code as it is: each place is there once', () => {
  const stale = allMutants.flatMap(({ id, edits }) =>
    edits.flatMap((edit) => {
      if (!('file' in edit)) return [];
      const count = readFileSync(path.join(packages, edit.file), 'utf8').split(edit.find).length - 1;
      return count === 1 ? [] : [`${id}: ${edit.file} holds ${JSON.stringify(edit.find)} ${count} times`];
    }),
  );
  expect(stale).toEqual([]);
});

it('has no two mutants of one name', () => {
  expect(new Set(allMutants.map(({ id }) => id)).size).toBe(allMutants.length);
});
