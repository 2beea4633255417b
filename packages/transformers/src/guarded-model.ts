import {
  type HashEngine,
  isOmsError,
  OmsError,
  quote,
  type SignedManifest,
  selectSigned,
  verifySome,
} from '@model-signing/core';
import type { ModelAddresses } from './addresses.ts';
import { bytesModel } from './bytes-model.ts';
import { Findings } from './report.ts';

/** One model under guard: what was signed, and what has been found about its files. */
export class GuardedModel {
  readonly addresses: ModelAddresses;
  readonly signed: SignedManifest;
  readonly names: ReadonlySet<string>;
  readonly engine: HashEngine | undefined;
  readonly findings = new Findings();

  constructor(addresses: ModelAddresses, signed: SignedManifest, engine: HashEngine | undefined) {
    this.addresses = addresses;
    this.signed = signed;
    this.engine = engine;
    this.names = selectSigned(signed, null);
  }

  /** The name of the file that an address means, at whichever revision; null if it is none of this model. */
  nameAt(address: string): string | null {
    const file = this.addresses.fileOf(address);
    if (file && file.revision !== this.addresses.revision) this.findings.askedFor(file.revision);
    return file?.name ?? null;
  }

  /** Whether the bytes are those that were signed under this name. */
  async isSigned(name: string, bytes: Uint8Array): Promise<boolean> {
    try {
      if (this.engine) await verifySome(this.signed, bytesModel(name, bytes), [name], { engine: this.engine });
      else await this.signed.check(name, bytes);
      return true;
    } catch (error) {
      if (isOmsError(error, 'model/mismatch')) return false;
      throw error;
    }
  }

  /** Records why a file is not given to the loader. */
  refuse(name: string, error: OmsError): OmsError {
    return this.findings.refused(name, error);
  }

  missing(name: string, status: number): OmsError {
    const message = `the file ${quote(name)} was signed, and the server has none: it responds with status ${status}`;
    return this.#mismatch(name, 'missing', message);
  }

  unsigned(name: string): OmsError {
    return this.#mismatch(name, 'unsigned', `the file ${quote(name)} is on the server, and was not signed`);
  }

  changed(name: string): OmsError {
    return this.#changed(name, 'was changed after it was compared with what was signed');
  }

  appeared(name: string): OmsError {
    return this.#changed(
      name,
      'appeared after its ONNX file was handed over, and was not compared with what was signed',
    );
  }

  #changed(name: string, what: string): OmsError {
    const message = `the file ${quote(name)} in the cache ${what}`;
    return this.refuse(name, new OmsError('model/changed', message, { required: true }));
  }

  unreadable(name: string, reason: string, cause?: unknown): OmsError {
    const message = `the file ${quote(name)} cannot be read: ${reason}`;
    return this.refuse(name, new OmsError('model/unreadable', message, { cause, required: true }));
  }

  #mismatch(name: string, kind: 'missing' | 'unsigned', message: string): OmsError {
    const differences = [{ kind, path: name }] as const;
    return this.refuse(name, new OmsError('model/mismatch', message, { differences, required: kind === 'missing' }));
  }
}
