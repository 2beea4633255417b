import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { KeyError } from '@model-signing/keys';
import { refusalOf } from '@model-signing/testing/refusal';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findModule, type ModuleChoice } from './module-file.ts';
import { parsePkcs11Uri } from './uri.ts';

const refusal = refusalOf(KeyError);
const root = mkdtempSync(path.join(tmpdir(), 'modules-'));
const at = (...parts: string[]) => path.join(root, ...parts);

beforeAll(() => {
  for (const file of [
    'first/libsofthsm2.so',
    'first/libother.so.1.2',
    'first/softhsm2.conf',
    'second/other.so',
    'third/opensc-pkcs11.so',
    'fourth/p11-kit-proxy.so',
  ]) {
    mkdirSync(path.dirname(at(file)), { recursive: true });
    writeFileSync(at(file), '');
  }
  mkdirSync(at('second/libfolder.so'));
});

afterAll(() => rmSync(root, { recursive: true }));

const find = (query: string, choice: Partial<ModuleChoice> = {}) =>
  findModule(parsePkcs11Uri(`pkcs11:${query}`), { environment: {}, folders: [at('first'), at('second')], ...choice });

describe('the module of a URI', () => {
  it.each([
    ['is the file that module-path names', `?module-path=${at('second/other.so')}`, 'second/other.so'],
    ['is the file that module-name names, with lib in front', '?module-name=softhsm2', 'first/libsofthsm2.so'],
    ['may be named in other letters, and its file have a version', '?module-name=OTHER', 'first/libother.so.1.2'],
    ['is in the folder that module-path names', `?module-path=${at('second')}&module-name=other`, 'second/other.so'],
    ['is the installed one that is usual', '', 'first/libsofthsm2.so'],
  ])('%s', (_title, query, file) => {
    expect(find(query)).toBe(at(file));
  });

  it('is that of the options before that of the environment, and both before an installed one', () => {
    const environment = { PKCS11_MODULE_PATH: at('second/other.so') };
    expect(find('', { environment })).toBe(at('second/other.so'));
    expect(find('', { environment, module: at('third/opensc-pkcs11.so') })).toBe(at('third/opensc-pkcs11.so'));
    expect(find('', { environment: { PKCS11_MODULE_PATH: '' } })).toBe(at('first/libsofthsm2.so'));
    expect(find(`?module-path=${at('first/libsofthsm2.so')}`, { environment })).toBe(at('first/libsofthsm2.so'));
  });

  it('is the proxy of p11-kit, which reaches all others, if several are installed', () => {
    expect(find('', { folders: [at('first'), at('third'), at('fourth')] })).toBe(at('fourth/p11-kit-proxy.so'));
  });

  it('is not chosen among several that are installed', () => {
    const error = refusal('key/ambiguous', () => find('', { folders: [at('first'), at('third')] }));
    expect(error.choices).toEqual([at('first/libsofthsm2.so'), at('third/opensc-pkcs11.so')]);
    expect(error.message).toContain('PKCS11_MODULE_PATH');
  });

  it.each([
    ['?module-path=/nowhere/lib.so', 'there is no PKCS #11 module "/nowhere/lib.so"'],
    ['?module-name=nothing', 'no PKCS #11 module is called "nothing" in the usual folders'],
    ['?module-name=folder', 'no PKCS #11 module is called "folder"'],
    ['?module-name=softhsm', 'no PKCS #11 module is called "softhsm"'],
    ['?module-name=softhsm2.conf', 'no PKCS #11 module is called "softhsm2.conf"'],
  ])('%s is missing if there is no such file', (query, problem) => {
    expect(refusal('key/module-missing', () => find(query)).message).toContain(problem);
  });

  it('is missing if none is named or installed', () => {
    const error = refusal('key/module-missing', () => find('', { folders: [at('second')] }));
    expect(error.message).toContain('name it with module-path in the URI or with the environment variable');
  });

  it('is never looked for in the working directory', () => {
    for (const choice of [{ module: 'other.so' }, { environment: { PKCS11_MODULE_PATH: './other.so' } }]) {
      const error = refusal('key/reference-invalid', () => find('', choice));
      expect(error.message).toContain('is not absolute');
    }
  });

  it('cannot be a folder', () => {
    const error = refusal('key/reference-invalid', () => find(`?module-path=${at('first')}`));
    expect(error.message).toContain('is a folder');
  });
});
