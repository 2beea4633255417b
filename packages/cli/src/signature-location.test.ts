import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { findSignature } from './signature-location.ts';
import { Sandbox } from './testing/command.ts';

/** Finds the signature of `model` in a folder with these files, and returns its path in the folder. */
function found(names: readonly string[], model = 'model'): string {
  const box = new Sandbox();
  for (const name of names) box.write(name, '');
  return findSignature(box.path(model))
    .slice(box.dir.length + 1)
    .replaceAll('\\', '/');
}

describe('the signature of a model on this machine', () => {
  it.each([
    ['model.sig beside the model', ['model.sig', 'model/skill.oms.sig'], 'model.sig'],
    ['model.sig in the model', ['model/model.sig', 'model/skill.oms.sig'], 'model/model.sig'],
    ['one *.oms.sig', ['model/skill.oms.sig', 'model/.kaggle/signing.json'], 'model/skill.oms.sig'],
    ['.kaggle/signing.json', ['model/.kaggle/signing.json'], 'model/.kaggle/signing.json'],
    ['one *.oms.sig at the top', ['model/a.oms.sig', 'model/tokenizer/b.oms.sig'], 'model/a.oms.sig'],
  ])('is %s, if nothing that is looked for before it is there', (_, names, expected) => {
    expect(found(names)).toBe(expected);
  });

  it.each([
    [['model.sig', 'model/model.sig'], 'there are two signatures'],
    [['model/a.oms.sig', 'model/b.oms.sig'], 'there are two signatures'],
    [['model/a.oms.sig', 'model/b.oms.sig', 'model/c.oms.sig'], 'there are 3 signatures'],
  ])('is not chosen among several at places of the same rank: %j', (names, message) => {
    expect(() => found(names)).toThrow(message);
  });

  it('of a single file lies beside it, and names in the folder of the file mean nothing', () => {
    expect(found(['model/model.sig', 'model/a.oms.sig'], 'model/weights.bin')).toBe('model/model.sig');
    expect(() => found(['model/a.oms.sig'], 'model/weights.bin')).toThrow('there is no signature');
  });

  it.skipIf(process.platform === 'win32').each(['model.sig', 'model/model.sig', 'model/a.oms.sig'])(
    'is not waited for where %s is a pipe, which an archive can hold',
    (name) => {
      const box = new Sandbox();
      execFileSync('mkfifo', [box.path(name)]);
      expect(() => findSignature(box.path('model'))).toThrow('is no regular file, and is read only if --signature');
    },
  );

  it('is not what is only called .oms.sig, nor a directory', () => {
    expect(() => found(['model/.oms.sig', 'model/x.oms.sig/file'])).toThrow('there is no signature');
  });
});
