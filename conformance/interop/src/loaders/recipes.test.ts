import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { keySigner, localModel, signModel } from '@model-signing/core';
import { type HubFile, startHub } from '@model-signing/testing/hub';
import { onnxModel } from '@model-signing/testing/onnx-model';
import { modelDirectory, type Tree } from '@model-signing/testing/tree';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Program } from '../go-program.ts';
import { fileOf, skipReason } from '../needed-programs.ts';
import { privateKey, Stage } from '../stage.ts';
import { loaderFor } from './environment.ts';
import { tinyGguf } from './gguf.ts';

const repository = path.resolve(import.meta.dirname, '../../../..');
const guide = readFileSync(path.join(repository, 'docs/guide/before-a-model-loads.md'), 'utf8');

/** The program of the guide that is shown under this name. */
function recipe(file: string): string {
  const [, rest] = guide.split(`\`\`\`js [${file}]\n`);
  const [text] = rest?.split('\n```') ?? [];
  if (text === undefined) throw new Error(`the guide has no program ${file}`);
  return text;
}

/** A folder with a program of the guide and what it imports, and a hub with a signed model. */
async function startRecipe(file: string, tree: Tree, loader?: readonly [name: string, installed: Program]) {
  const stage = new Stage();
  stage.write(file, recipe(file));
  mkdirSync(stage.path('node_modules/@huggingface'), { recursive: true });
  symlinkSync(path.join(repository, 'node_modules/@model-signing'), stage.path('node_modules/@model-signing'));
  if (loader) {
    const [name, installed] = loader;
    symlinkSync(path.join(fileOf(installed), 'node_modules', name), stage.path(`node_modules/${name}`));
  }
  const { bundle } = await signModel(localModel(modelDirectory(tree)), keySigner({ privateKey }));
  const model = `org/model-${process.pid}`;
  const files: Record<string, HubFile> = { ...tree, 'model.sig': bundle };
  const hub = await startHub({ repositories: { [model]: files } });
  onTestFinished(hub.stop);
  const run = (...args: readonly string[]) =>
    finished([stage.path(file), model, hub.head(model), ...args], stage.directory, { HUB: hub.url });
  return { hub, run };
}

function finished(args: readonly string[], cwd: string, variables: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, args, { cwd, env: { ...process.env, ...variables } });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (printed += text));
  return new Promise<{ code: number | null; printed: string }>((resolve, reject) => {
    child.on('error', reject).on('close', (code) => resolve({ code, printed }));
  });
}

const transformers = loaderFor('transformers');
const llama = loaderFor('node-llama-cpp');

describe('the recipes of the guide to verifying while a model loads', () => {
  it('the recipe for any fetch prints a file that was verified, and refuses a changed one', async () => {
    const { hub, run } = await startRecipe('fetch.mjs', { 'config.json': '{"a":1}' });
    expect(await run()).toEqual({ code: 0, printed: 'verified: { a: 1 }\n' });
    hub.faults.set('config.json', { flip: 5 });
    const refused = await run();
    expect(refused.code).toBe(1);
    expect(refused.printed).toContain('model/mismatch');
  });

  it.skipIf('unavailable' in transformers)(
    `the recipe for transformers.js loads a verified model, and refuses a changed one${skipReason({ transformers })}`,
    async () => {
      const loader = ['@huggingface/transformers', transformers] as const;
      const { hub, run } = await startRecipe('transformers.mjs', onnxModel(), loader);
      hub.faults.set('onnx/model.onnx', { flip: 20 });
      const refused = await run();
      expect([refused.code, refused.printed]).toEqual([1, expect.stringContaining('model/mismatch')]);
      hub.faults.clear();
      const { code, printed } = await run();
      expect([code, printed]).toEqual([
        0,
        expect.stringMatching(
          /^4 files verified, 0 not loaded, 0 requests not checked\nfeatures: \[ 1, 1\.5, 2, 2\.5 \]$/m,
        ),
      ]);
    },
  );

  it.skipIf('unavailable' in llama)(
    `the recipe for node-llama-cpp loads a verified model, and refuses a changed one${skipReason({ 'node-llama-cpp': llama })}`,
    async () => {
      const loader = ['node-llama-cpp', llama] as const;
      const tree = { 'tiny.gguf': tinyGguf(), 'README.md': 'a model' };
      const { hub, run } = await startRecipe('llama.mjs', tree, loader);
      const good = await run('tiny.gguf');
      expect([good.code, good.printed]).toEqual([0, expect.stringMatching(/^loaded: tiny$/m)]);

      const other = await startRecipe('llama.mjs', tree, loader);
      other.hub.faults.set('tiny.gguf', { flip: 400 });
      const refused = await other.run('tiny.gguf');
      expect(refused.code).toBe(1);
      expect(refused.printed).toContain('model/mismatch');
      expect(refused.printed).not.toContain('loaded:');
      expect(hub.log.length).toBeGreaterThan(0);
    },
  );
});
