import { quote } from '@model-signing/core';
import { appendAttestations } from '@model-signing/core/attestation-file';
import { CommandError, isSystemError, systemMessage } from '../failure.ts';

/**
 * Adds bundles to a file of attestations.
 * @returns how many it did not hold already
 * @throws {OmsError} `bundle/too-large`
 * @throws {CommandError} `command/unwritable`
 */
export async function addAttestations(file: string, bundles: readonly Uint8Array[]): Promise<number> {
  try {
    return (await appendAttestations(file, bundles)).added;
  } catch (error) {
    if (!(error instanceof Error) || error.name === 'OmsError') throw error;
    const why = isSystemError(error) ? systemMessage(error) : error.message;
    const what = bundles.length === 1 ? 'the attestation' : 'the attestations';
    throw new CommandError('command/unwritable', `${what} cannot be added to ${quote(file)}: ${why}`, { cause: error });
  }
}
