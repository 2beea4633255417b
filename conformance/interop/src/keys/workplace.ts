/** A folder in which our command, the Python peer and sigstore-go use the same model, keys and plugins. */
import { createHash } from 'node:crypto';
import { chmodSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { fileOf } from '../needed-programs.ts';
import { MODEL, Stage } from '../stage.ts';
import { commandOfPeer, programFor } from './environment.ts';

const plugin = path.resolve(import.meta.dirname, '../../keys/plugin/sigstore-kms-filekey');

/** What a user has set would decide which service is asked. */
const NOT_OF_THE_USER = Object.fromEntries(
  Object.keys(process.env)
    .filter((name) => /^(BAO|VAULT|AWS|PKCS11|SOFTHSM2)_|^MODEL_SIGNING_PIN$/.test(name))
    .map((name) => [name, undefined]),
);

export class Workplace extends Stage {
  constructor(environment: Readonly<NodeJS.ProcessEnv> = {}) {
    super({ ...NOT_OF_THE_USER, ...environment });
    for (const [name, content] of Object.entries(MODEL)) this.write(`model/${name}`, content);
  }

  /** Puts a program into a folder of PATH. */
  addProgram(name: string, file: string): void {
    this.write('bin/.keep', '');
    symlinkSync(file, this.path(`bin/${name}`));
  }

  /** Puts a script into a folder of PATH. */
  addScript(name: string, script: string, folder = 'bin'): void {
    chmodSync(this.write(path.join(folder, name), script), 0o755);
  }

  /** The plugin for keys in files, `filekey://`. */
  addPlugin(): void {
    this.addProgram('sigstore-kms-filekey', plugin);
  }

  /** Runs another program. */
  async other(command: readonly string[], input?: Uint8Array): Promise<OtherOutcome> {
    const { code, stdout, stderr } = await this.run(command, input);
    return { code, stdout, problem: code === 0 ? '' : stdout + stderr };
  }

  /** Runs the Python peer. */
  peer(...args: readonly string[]): Promise<OtherOutcome> {
    return this.other([fileOf(commandOfPeer()), ...args]);
  }

  sigstoreGo(args: readonly string[], input?: Uint8Array): Promise<OtherOutcome> {
    return this.other([fileOf(programFor('sigstore-go')), ...args], input);
  }

  /** What the bundle in a file says is signed. */
  payloadOf(name: string): { readonly payload: Buffer; readonly payloadType: string; readonly rootDigest: string } {
    const { dsseEnvelope } = JSON.parse(this.read(name).toString());
    const payload = Buffer.from(dsseEnvelope.payload, 'base64');
    const [subject] = JSON.parse(payload.toString()).subject;
    return { payload, payloadType: dsseEnvelope.payloadType, rootDigest: subject.digest.sha256 };
  }

  /** The hint of the public key in a file (OMS-KEY-1). */
  hintOf(name: string): string {
    return createHash('sha256').update(this.read(name)).digest('hex');
  }
}

/** What another program did. */
export interface OtherOutcome {
  readonly code: number | null;
  readonly stdout: string;
  /** All that it printed if it failed. */
  readonly problem: string;
}

/** An outcome to expect; the problem is part of it, so that a test that fails prints it. */
export const succeeded = { code: 0, problem: '' };
