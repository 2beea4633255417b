import { keySigner, keyVerifier, signModel } from '@model-signing/core';
import { testKey } from '@model-signing/testing/forge';
import { type RegistryOptions, startRegistry, type TestRegistry } from '@model-signing/testing/registry';
import { onTestFinished } from 'vitest';
import { type ManifestOptions, type OciModel, openManifest } from '../oci/model.ts';
import type { OciView } from '../oci/views.ts';
import { type OciReference, parseReference } from '../reference.ts';

export const key = testKey();
export const verifier = keyVerifier(key);

export const files = {
  'config.json': '{"a":1}',
  'README.md': 'hello',
  'weights/model-00001.safetensors': Buffer.alloc(200_000, 7),
};

/** A registry that stops when the test ends, with a model of these files. */
export async function registryWith(options: RegistryOptions = {}): Promise<TestRegistry & { readonly digest: string }> {
  const registry = await startRegistry(options);
  onTestFinished(() => registry.stop());
  const { digest } = registry.push('org/model', 'v1', files);
  return Object.assign(registry, { digest });
}

/** Opens a model without credentials of this machine, and without long pauses between attempts. */
export function open(
  registry: TestRegistry,
  name = 'org/model:v1',
  { client, ...options }: Partial<ManifestOptions> = {},
): Promise<OciModel> {
  const reference = parseReference(`oci://${registry.host}/${name}`) as OciReference;
  return openManifest(reference, { credentials: null, client: { pause: 1, attempts: 3, ...client }, ...options });
}

/** Signs the digests of a manifest. */
export async function sign(model: OciModel, view: OciView = 'files', signingKey = key): Promise<Uint8Array> {
  const { bundle } = await signModel(model.withView(view), keySigner(signingKey), { evidence: 'advertised' });
  return bundle;
}
