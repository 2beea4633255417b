// A TypeScript program that uses the types of the published library.

import { type ErrorCode, keyVerifier, localModel, OmsError, type Verification, verifyModel } from '@model-signing/core';
import { KeyError, type OpenedKey, openServiceKey } from '@model-signing/keys';
import { type OpenedPkcs11Key, openPkcs11Key } from '@model-signing/pkcs11';
import { loadPolicy, type PolicyVerification, policyVerifier } from '@model-signing/policy';
import { huggingFaceModel, type SourceModel } from '@model-signing/sources';
import type { Bundle } from '@model-signing/spec';
import { requirements } from '@model-signing/spec/requirements';
import { type Guarded, guard, type TransformersEnv } from '@model-signing/transformers';

export async function verify(folder: string, bundle: Uint8Array, publicKey: string): Promise<Verification | ErrorCode> {
  try {
    return await verifyModel(localModel(folder), bundle, keyVerifier({ publicKey }));
  } catch (error) {
    if (error instanceof OmsError) return error.code;
    throw error;
  }
}

export async function verifyByPolicy(
  policy: Uint8Array,
  name: string,
  bundle: Uint8Array,
): Promise<PolicyVerification> {
  const model: SourceModel = await huggingFaceModel(name);
  return policyVerifier(await loadPolicy(policy), name).verify(model, [{ name: 'model.sig', bundle }]);
}

export async function open(reference: string): Promise<OpenedKey | OpenedPkcs11Key | null> {
  try {
    return await (reference.startsWith('pkcs11:') ? openPkcs11Key(reference) : openServiceKey(reference));
  } catch (error) {
    if (error instanceof KeyError && error.code === 'key/not-found') return null;
    throw error;
  }
}

export async function guardModel(env: TransformersEnv, publicKey: string): Promise<Guarded> {
  return guard(env, { model: 'org/name', revision: 'main', verifier: keyVerifier({ publicKey }) });
}

export const mediaType: Bundle['mediaType'] = 'application/vnd.dev.sigstore.bundle.v0.3+json';
export const count: number = requirements.length;
