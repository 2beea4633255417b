// A TypeScript program that uses the types of the published library.

import { type ErrorCode, keyVerifier, localModel, OmsError, type Verification, verifyModel } from '@model-signing/core';
import type { Bundle } from '@model-signing/spec';
import { requirements } from '@model-signing/spec/requirements';

export async function verify(folder: string, bundle: Uint8Array, publicKey: string): Promise<Verification | ErrorCode> {
  try {
    return await verifyModel(localModel(folder), bundle, keyVerifier({ publicKey }));
  } catch (error) {
    if (error instanceof OmsError) return error.code;
    throw error;
  }
}

export const mediaType: Bundle['mediaType'] = 'application/vnd.dev.sigstore.bundle.v0.3+json';
export const count: number = requirements.length;
