import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '@model-signing/testing/tree';
import { describe, expect, it } from 'vitest';
import { CommandError } from './failure.ts';
import { locateModule } from './module-path.ts';

const URI = 'pkcs11:token=a;object=b';
const unnamed = { modulePath: null, moduleName: null };

/** A folder with files, and a folder in it. */
function folder(...names: string[]): string {
  const made = temporaryDirectory();
  for (const name of names) writeFileSync(path.join(made, name), '');
  return made;
}

const codeOf = (attempt: Promise<unknown>) =>
  attempt.then(
    () => null,
    (error) => (error instanceof CommandError ? error.code : error),
  );

describe('--module-path', () => {
  it('a module is taken as it is, by its absolute path', async () => {
    const module = path.join(folder('libx.so'), 'libx.so');
    expect(await locateModule(URI, unnamed, [path.relative(process.cwd(), module)])).toEqual({ uri: URI, module });
  });

  it.each(['libsofthsm2.so', 'softhsm2.so', 'softhsm2.dll', 'libsofthsm2.so.2'])(
    'the first folder that has the module of the URI is added to the URI, here by the file %s',
    async (file) => {
      const [other, having] = [folder('libother.so'), folder(file)];
      const named = { modulePath: null, moduleName: 'softhsm2' };
      const uri = `${URI}?module-name=softhsm2`;
      expect(await locateModule(uri, named, [other, having])).toEqual({ uri: `${uri}&module-path=${having}` });
    },
  );

  it.each(['libsofthsm2', 'SoftHSM2'])(
    'the module-name %s names a module as the package for tokens reads it',
    async (moduleName) => {
      const having = folder('libsofthsm2.so');
      const { uri } = await locateModule(`${URI}?module-name=${moduleName}`, { modulePath: null, moduleName }, [
        having,
      ]);
      expect(uri).toContain(`&module-path=${having}`);
    },
  );

  it('a folder whose name means something in a URI is written so that it does not', async () => {
    const having = path.join(folder(), 'a&pin-value=1 ?;%');
    mkdirSync(having);
    writeFileSync(path.join(having, 'libm.so'), '');
    const { uri } = await locateModule(`${URI}?module-name=m`, { modulePath: null, moduleName: 'm' }, [having]);
    expect(uri.split('&')).toHaveLength(2);
    expect(decodeURIComponent(uri.split('module-path=')[1] as string)).toBe(having);
  });

  it('a module that cannot be found, or is named twice, is refused', async () => {
    const empty = folder();
    expect(await codeOf(locateModule(URI, { modulePath: '/m.so', moduleName: null }, [empty]))).toBe('command/usage');
    expect(await codeOf(locateModule(URI, unnamed, [empty]))).toBe('command/usage');
    expect(await codeOf(locateModule(URI, unnamed, [path.join(empty, 'none')]))).toBe('command/not-found');
    expect(await codeOf(locateModule(URI, { modulePath: null, moduleName: 'm' }, [empty]))).toBe('command/not-found');
  });
});
