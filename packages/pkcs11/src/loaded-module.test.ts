import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { KeyError } from '@model-signing/keys';
import { refusalOf } from '@model-signing/testing/refusal';
import { afterAll, describe, expect, it } from 'vitest';
import { openPkcs11Key } from './index.ts';
import { loadWithPkcs11js, useModule } from './loaded-module.ts';
import { FakeModule } from './testing/fake-token.ts';

const refusal = refusalOf(KeyError);
const folder = mkdtempSync(path.join(tmpdir(), 'loaded-module-'));
const compiled = await import('pkcs11js' as string).then(
  () => true,
  () => false,
);

afterAll(() => rmSync(folder, { recursive: true }));

/** What Node throws where a package or a file of it is absent. */
const absent = (code: string, message: string) => () => Promise.reject(Object.assign(new Error(message), { code }));

describe('the package pkcs11js', () => {
  it('that is not installed is missing, and the message says how to install it', async () => {
    const importing = absent('ERR_MODULE_NOT_FOUND', "Cannot find package 'pkcs11js' imported from /x");
    const error = await refusal('key/module-missing', () => loadWithPkcs11js('/lib.so', importing));
    const { optionalDependencies } = JSON.parse(
      readFileSync(path.join(import.meta.dirname, '../package.json'), 'utf8'),
    ) as { optionalDependencies: { pkcs11js: string } };
    expect(error.message).toContain(`npm install pkcs11js@${optionalDependencies.pkcs11js}`);
    expect(error.message).toContain('it needs Python and a C++ compiler');
  });

  it('that was not compiled is missing, and the message says how to compile it', async () => {
    const importing = absent('MODULE_NOT_FOUND', "Cannot find module './build/Release/pkcs11.node'\nRequire stack: …");
    const error = await refusal('key/module-missing', () => loadWithPkcs11js('/lib.so', importing));
    expect(error.message).toContain('npm rebuild pkcs11js');
    expect(error.message).toContain("(Cannot find module './build/Release/pkcs11.node')");
  });

  it.skipIf(!compiled).each([
    ['is empty', Buffer.alloc(0)],
    ['is text', Buffer.from('This is no library.')],
    ['is half of a library', readFileSync(process.execPath).subarray(0, 4096)],
  ])('loads no file that %s', async (_what, contents) => {
    const file = path.join(folder, 'library.so');
    writeFileSync(file, contents);
    const attempt = () => openPkcs11Key(`pkcs11:token=a?module-path=${file}&pin-value=8642`);
    const error = await refusal('key/module-missing', attempt);
    expect(error.message).toContain(`the PKCS #11 module "${file}" cannot be loaded: `);
    expect(error.message).not.toContain('8642');
  });

  it.skipIf(!compiled)('loads no library that has none of the functions of PKCS #11', async () => {
    const file = path.resolve(import.meta.dirname, '../../../node_modules/pkcs11js/build/Release/pkcs11.node');
    const error = await refusal('key/module-missing', () => openPkcs11Key(`pkcs11:token=a?module-path=${file}`));
    expect(error.message).toContain('C_GetFunctionList');
  });
});

describe('a module', () => {
  it('is loaded once and initialized once, whatever name its file has and however often it is opened', async () => {
    const file = path.join(folder, 'module.so');
    writeFileSync(file, '');
    const module = new FakeModule();
    let loads = 0;
    const load = async () => {
      loads += 1;
      return module;
    };
    const others = await Promise.all([file, path.join(folder, '.', 'module.so')].map((each) => useModule(each, load)));
    await using last = await useModule(file, load);
    expect(module.calls).toEqual(['initialize']);
    for (const other of others) await other[Symbol.asyncDispose]();
    expect(module.calls).toEqual(['initialize']);
    await last[Symbol.asyncDispose]();
    expect(module.calls).toEqual(['initialize', 'finalize']);
    await using _again = await useModule(file, load);
    expect(module.calls).toEqual(['initialize', 'finalize', 'initialize']);
    expect(loads).toBeLessThanOrEqual(2);
  });
});
