import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Hub, type HubOptions, startHub } from '@model-signing/testing/hub';
import { startRegistry } from '@model-signing/testing/registry';
import { onTestFinished } from 'vitest';
import { Sandbox } from './command.ts';

/** The files of a folder of a sandbox, by their names in it. */
export function filesIn(box: Sandbox, folder: string): Record<string, Uint8Array> {
  const root = box.path(folder);
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => statSync(path.join(root, name)).isFile());
  return Object.fromEntries(
    files.map((name) => [name.replaceAll(path.sep, '/'), new Uint8Array(readFileSync(path.join(root, name)))]),
  );
}

/** A hub that is stopped when the test ends, and the environment in which the command finds it. */
export async function hubWith(
  options: HubOptions,
): Promise<{ readonly hub: Hub; readonly env: Record<string, string> }> {
  const hub = await startHub({ lfsAbove: 100, ...options });
  onTestFinished(() => hub.stop());
  return { hub, env: { HF_ENDPOINT: hub.url, HF_TOKEN: '', HF_TOKEN_PATH: '/nowhere', HF_HOME: '/nowhere' } };
}

/** A sandbox whose model is signed and on a hub as `org/model`, with its signature and what `more` adds or replaces. */
export async function signedHub(more: Readonly<Record<string, string | Uint8Array>> = {}) {
  const box = new Sandbox();
  const { code, stderr } = await box.sign();
  if (code !== 0) throw new Error(stderr);
  const signature = new Uint8Array(readFileSync(box.path('model.sig')));
  const files = { ...filesIn(box, 'model'), 'model.sig': signature, ...more };
  return { box, files, signature, ...(await hubWith({ repositories: { 'org/model': files } })) };
}

/** A registry that is stopped when the test ends, and the environment in which the command uses it. */
async function registryWith(options: Parameters<typeof startRegistry>[0] = {}) {
  const registry = await startRegistry(options);
  onTestFinished(() => registry.stop());
  return { registry, env: { DOCKER_CONFIG: '/nowhere' } };
}

/** A sandbox whose model is in a registry as `org/model:v1`, unsigned. */
export async function storedModel(options: Parameters<typeof startRegistry>[0] = {}) {
  const box = new Sandbox();
  const { registry, env } = await registryWith(options);
  const pushed = registry.push('org/model', 'v1', filesIn(box, 'model'));
  return { box, registry, env, pushed, name: `oci://${registry.host}/org/model:v1` };
}
