import { readFileSync, rmSync } from 'node:fs';
import { type Hub, type HubFile, startHub } from '@model-signing/testing/hub';
import { expect, onTestFinished, test } from 'vitest';
import { type CallOptions, Sandbox } from '../testing/command.ts';

const weights = 'w'.repeat(5000);
const files = { 'config.json': '{}\n', 'weights.bin': weights, '.gitattributes': '* text' };

/** A folder, and a hub whose repository `org/model` has these files. */
class HubBox extends Sandbox {
  readonly hub: Hub;

  private constructor(hub: Hub) {
    super();
    this.hub = hub;
  }

  static async start(repository: Readonly<Record<string, HubFile>> = files, token?: string): Promise<HubBox> {
    const hub = await startHub({ repositories: { 'org/model': repository }, ...(token && { token }) });
    onTestFinished(() => hub.stop());
    return new HubBox(hub);
  }

  /** One whose repository has a signature of its files too. */
  static async signed(name = 'model.sig'): Promise<HubBox> {
    const box = await HubBox.start();
    await box.hubRun(['sign', 'key', 'hf://org/model', '--private-key', 'key.pem']);
    box.hub.commit('org/model', { ...files, [name]: box.read('model.sig') });
    box.remove('model.sig');
    box.hub.log.length = 0;
    return box;
  }

  read(name: string): Buffer {
    return readFileSync(this.path(name));
  }

  remove(name: string): void {
    rmSync(this.path(name));
  }

  hubRun(args: readonly string[], { env = {}, ...options }: CallOptions = {}) {
    return this.run(args, { ...options, env: this.#env(env) });
  }

  hubJson(args: readonly string[], { env = {}, ...options }: CallOptions = {}) {
    return this.json(args, { ...options, env: this.#env(env) });
  }

  verifyHub(...more: string[]) {
    return this.hubRun(['verify', 'key', 'hf://org/model', '--public-key', 'key.pub', ...more]);
  }

  verifyHubJson(...more: string[]) {
    return this.hubJson(['verify', 'key', 'hf://org/model', '--public-key', 'key.pub', ...more]);
  }

  #env(env: Record<string, string>): Record<string, string> {
    return { HF_ENDPOINT: this.hub.url, HF_HOME: this.path('hf'), ...env };
  }
}

test('verify reads every byte of a model on a hub, and says where it was found', async () => {
  const box = await HubBox.signed();
  const commit = box.hub.head('org/model');
  const { code, stdout, stderr } = await box.verifyHub();
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: `model-signing: info: hf://org/model is hf://org/model@${commit}\n`,
  });
  expect(stdout.split('\n')).toEqual([
    'Verification succeeded',
    expect.stringMatching(/^signer: {4}key on P-256 with hint [0-9a-f]{64}$/),
    `source:    hf://org/model@${commit}`,
    'model:     "model" (as the signer called it)',
    'content:   2 files, 5.0 kB',
    expect.stringMatching(/^digest: {4}sha256:[0-9a-f]{64}$/),
    'signature: "model.sig" in the store (its name is "model.sig")',
    'ignored:   .gitattributes, model.sig (not verified)',
    '',
  ]);
});
