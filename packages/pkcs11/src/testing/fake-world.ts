import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { KeyError } from '@model-signing/keys';
import { refusalOf } from '@model-signing/testing/refusal';
import { expect } from 'vitest';
import { openKeyWith, readPublicKeyWith } from '../open.ts';
import type { Pkcs11Options } from '../request.ts';
import { FakeModule } from './fake-token.ts';

export const refusal = refusalOf(KeyError);

/** A function of a module that fails with this code of the standard. */
export const failing =
  (name: string, number = 1) =>
  () => {
    throw new Error(`${name}:${number}`);
  };

let made = 0;

/** A module in memory behind a file of its own, since modules are known by their files. */
export class FakeWorld implements Disposable {
  readonly module = new FakeModule();
  readonly folder = mkdtempSync(path.join(tmpdir(), 'fake-module-'));
  uri: string;

  constructor() {
    const file = path.join(this.folder, `${made++}.so`);
    writeFileSync(file, '');
    this.uri = `pkcs11:object=key?module-path=${file}`;
  }

  /** With the right PIN, unless the options say otherwise. */
  open(options: object = {}) {
    return openKeyWith(async () => this.module, this.uri, { pin: async () => '1234', ...options });
  }

  read(options: Pkcs11Options = {}) {
    return readPublicKeyWith(async () => this.module, this.uri, options);
  }

  /** Sets flags of the token. */
  flag(flags: number): void {
    const [token] = this.module.tokens as [FakeModule['tokens'][0]];
    this.module.tokens[0] = { ...token, flags: token.flags | flags };
  }

  /** Every session is closed, and the module is finalized as often as it was initialized. */
  expectClean(): void {
    const count = (call: string) => this.module.calls.filter((each) => each === call).length;
    expect(count('close')).toBe(count('open'));
    expect(count('finalize')).toBe(count('initialize'));
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true });
  }
}
