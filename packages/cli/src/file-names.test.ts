import { execFileSync, spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { bin, Sandbox } from './testing/command.ts';

/** Runs a line of the shell in which `$run` is the command, since Node passes on only arguments in UTF-8. */
function shell(box: Sandbox, line: string) {
  const env = { ...process.env, node: process.execPath, bin };
  const text = `run() { "$node" "$bin" "$@"; }; bad=$(printf 'bad\\377'); ${line}`;
  const { status, stdout, stderr } = spawnSync('sh', ['-c', text], { cwd: box.dir, env, encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** Whether the file system takes names that are not UTF-8. */
const anyBytes = process.platform === 'linux';

test
  .skipIf(!anyBytes)
  .each([
    'cp -r model "$bad"; run digest "$bad"',
    'cp key.pem "$bad"; run sign key model --private-key "$bad"',
    'run sign key model --private-key key.pem --signature "$bad"',
    'cp model/config.json model/"$bad"; run digest model --ignore-paths model/"$bad"',
    'run inspect "$bad"',
  ])('an argument that is not UTF-8 is refused, and nothing is written: %s', (line) => {
  const box = new Sandbox();
  const { status, stdout, stderr } = shell(box, line);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain('is not UTF-8');
  expect(box.list().filter((name) => name.endsWith('.sig'))).toEqual([]);
  expect(box.list()).not.toContain('bad\ufffd.sig');
});

test.skipIf(!anyBytes)('a folder whose path is not UTF-8 is refused as the working directory', () => {
  const line = 'mkdir "$bad"; cp -r model key.pem "$bad"; cd "$bad"; run sign key model --private-key key.pem';
  const box = new Sandbox();
  const { status, stderr } = shell(box, line);
  expect(status).toBe(2);
  expect(stderr).toContain('the path of the current folder is not UTF-8');
  expect(execFileSync('sh', ['-c', 'ls bad*'], { cwd: box.dir, encoding: 'latin1' })).not.toContain('sig');
});

test('a name that truly holds the replacement character can be read, in such a folder too', async () => {
  const box = new Sandbox();
  box.write('odd\ufffd/model\ufffd/file', 'content');
  const { code } = await box.run(['digest', 'odd\ufffd/model\ufffd']);
  expect(code).toBe(0);
  expect((await box.run(['digest', 'model\ufffd'], { cwd: 'odd\ufffd' })).code).toBe(0);
});
