import { readFileSync } from 'node:fs';
import type { PolicyDocument, RequirementsDocument, RuleDocument, SignerDocument } from '@model-signing/spec/policy';
import { type CallOptions, Sandbox } from './command.ts';

/** A folder with a model, keys of several signers and their signatures, and a configuration folder of its own. */
export class PolicySandbox extends Sandbox {
  readonly env = { XDG_CONFIG_HOME: this.path('config') };

  /** Makes a key for each signer, and their signatures as `<name>.sig`. */
  static async with(...names: string[]): Promise<PolicySandbox> {
    const box = new PolicySandbox();
    for (const name of names) {
      box.writeKeys(name);
      await box.signAs(name);
    }
    return box;
  }

  async signAs(name: string, signature = `${name}.sig`, model = 'model'): Promise<void> {
    const { code, stderr } = await this.run([
      ...['sign', 'key', model, '--private-key', `${name}.pem`, '--signature', signature, '--overwrite'],
    ]);
    if (code !== 0) throw new Error(stderr);
  }

  signer(name: string): SignerDocument {
    return { method: 'key', publicKey: readFileSync(this.path(`${name}.pub`), 'utf8') };
  }

  /** Writes a policy in which these signers may sign models of the name `hf://acme/*`, as `policy.json`. */
  writePolicy(
    signers: readonly string[],
    requirements: Partial<RequirementsDocument> = {},
    more: Partial<PolicyDocument> = {},
  ): PolicyDocument {
    const rule: RuleDocument = { match: ['hf://acme/*'], require: { signedBy: [...signers], ...requirements } };
    const document: PolicyDocument = {
      policyVersion: 1,
      signers: Object.fromEntries(signers.map((name) => [name, this.signer(name)])),
      models: [rule],
      ...more,
    };
    this.write('policy.json', JSON.stringify(document));
    return document;
  }

  /** Verifies the model as `hf://acme/model` by `policy.json`, with these signatures. */
  judge(signatures: readonly string[], more: readonly string[] = [], options: CallOptions = {}) {
    const files = signatures.flatMap((name) => ['--signature', `${name}.sig`]);
    const policy = ['--policy', 'policy.json', '--as', 'hf://acme/model'];
    return this.call(['verify', 'model', ...policy, ...files, ...more], options);
  }

  /** Runs with `--json`, and with the configuration folder of this sandbox. */
  call(args: readonly string[], { env, ...options }: CallOptions = {}) {
    return this.json(args, { ...options, env: { ...this.env, ...env } });
  }
}
