import { lstatSync, mkdirSync, openSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { failureOf } from './failure.ts';
import { Sandbox } from './testing/command.ts';

function thrown(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

test.each([
  ['a loop of links', 'ELOOP', (box: Sandbox) => openSync(box.path('loop/x'), 'r')],
  ['a path below a file', 'ENOTDIR', (box: Sandbox) => lstatSync(box.path('key.pem/x'))],
  ['a name that is too long', 'ENAMETOOLONG', (box: Sandbox) => lstatSync(box.path('x'.repeat(300)))],
  ['a folder that is gone', 'ENOENT', (box: Sandbox) => readdirSync(box.path('none'))],
])('an error of the system at %s names the path, and says that it could not be read', (_, code, read) => {
  const box = new Sandbox();
  symlinkSync('loop', box.path('loop'));
  const failure = failureOf(thrown(() => read(box)));
  expect(failure).toMatchObject({ code: 'command/unreadable', exitCode: 3 });
  expect(failure.message).toMatch(/^".+"(?: \(\d+ characters\))? cannot be read: .+/);
  expect(failure.message).toContain(code);
  expect(failure.message).not.toMatch(/lstat|open|scandir/);
});

test('an error of the system that is not about reading is no fault of a file to read', () => {
  const box = new Sandbox();
  const failure = failureOf(thrown(() => mkdirSync(box.path('key.pem'))));
  expect(failure).toMatchObject({ code: 'command/failed', exitCode: 3 });
  expect(failure.message).toMatch(/cannot be used/);
});

test('a permission that is missing gets a hint', () => {
  const error = Object.assign(new Error('EACCES'), {
    errno: -13,
    code: 'EACCES',
    syscall: 'scandir',
    path: 'm\u202ex',
  });
  const failure = failureOf(error);
  expect(failure.message).toBe('"m\\u{202e}x" cannot be read: permission denied (EACCES)');
  expect(failure.hints).toEqual(['give the user who runs the command the right to read it']);
});

test.skipIf(process.getuid?.() === 0)('a file of the model that cannot be read is named, also in JSON', async () => {
  const box = new Sandbox();
  writeFileSync(box.path('model/secret.bin'), 'x', { mode: 0 });
  const { code, result } = await box.json(['digest', 'model']);
  expect({ code, message: result.error.message }).toEqual({ code: 3, message: expect.stringContaining('secret.bin') });
});

test('any other error is called a bug', () => {
  expect(failureOf(new Error('x'))).toMatchObject({ code: 'command/failed', message: 'unexpected error: x' });
});
