import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GO_PEER_VARIABLE } from '../peer/go-environment.ts';
import { ENVIRONMENT_VARIABLE } from '../peer/peers.ts';
import { programOf } from '../peer/python-environment.ts';
import { linesOf } from './defects.ts';
import { judgedPeers } from './peers.ts';

const vectors = path.resolve(import.meta.dirname, '../../../suite/vectors/v1.0');

const { [ENVIRONMENT_VARIABLE]: python, [GO_PEER_VARIABLE]: go } = process.env;

/** The folder of the command of each peer that the peer suite has prepared. */
const folders: Readonly<Record<string, string | null>> = {
  Python: python ? path.dirname(programOf(python, 'model_signing')) : null,
  Go: go ? path.dirname(go) : null,
};

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'reproduction-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

for (const { name, defects } of judgedPeers) {
  const folder = folders[name];
  if (!folder) {
    it.skip(`the defects of the ${name} implementation, which the peer suite has not prepared`, () => {});
    continue;
  }
  describe(`the ${name} implementation`, () => {
    it.each(defects.map((defect) => [defect.title, defect] as const))('%s', (_, defect) => {
      const { status, stdout, stderr } = spawnSync('sh', ['-e', '-c', linesOf(defect).join('\n')], {
        cwd: directory,
        encoding: 'utf8',
        env: { ...process.env, PATH: `${folder}${path.delimiter}${process.env.PATH}`, VECTORS: vectors },
      });
      expect({ status, printed: `${stdout}${stderr}` }).toEqual({
        status: defect.exit,
        printed: expect.stringMatching(new RegExp(defect.prints, 's')),
      });
    });
  });
}

it('the commands that show a defect name only files of vectors that exist', () => {
  const named = judgedPeers.flatMap(({ defects }) =>
    defects.flatMap((defect) => linesOf(defect).flatMap((line) => [...line.matchAll(/\$VECTORS\/([\w./-]+)/g)])),
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.map(([, file]) => file ?? '').filter((file) => !existsSync(path.join(vectors, file)))).toEqual([]);
});
