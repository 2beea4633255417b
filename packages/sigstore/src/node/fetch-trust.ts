import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { OmsError } from '@model-signing/core';
import { sendRequest } from '@model-signing/core/http';
import { initTUF } from '@sigstore/tuf';
import { type Instance, type InstanceServices, instances } from '../instances.ts';
import { parseJsonObject, parseTrustRoot } from '../parse-trust-root.ts';
import { reasonOf } from '../refusals.ts';
import { writeFetchedTrust } from './fetched-trust.ts';

const TARGET = 'trusted_root.json';
const TIMEOUT_MS = 20_000;
const MAX_ROOT_BYTES = 512 * 1024;

/**
 * Fetches the trust root of an instance with The Update Framework and writes it to a file (OMS-TRUST-5).
 *
 * TUF starts from the root of trust in @sigstore/tuf. There is none for the staging instance, whose first root is taken
 * from its server without verification. Everything else is fetched by tuf-js with the `fetch` of Node: it limits the size
 * of each file, the time of each request and the number of attempts, may follow redirects, and verifies each file against
 * signed metadata.
 * @throws {OmsError} `signer/service-failed`, `signer/trust-unreadable`
 */
export async function fetchTrust(
  instance: Instance,
  file: string,
  { mirror }: Pick<InstanceServices, 'mirror'> = instances[instance],
): Promise<void> {
  // TUF's metadata is kept between calls, because it prevents a rollback to an older trust root.
  const cachePath = path.join(path.dirname(file), 'tuf');
  await mkdir(cachePath, { recursive: true });
  const directory = path.join(cachePath, encodeURIComponent(new URL(mirror).host));
  const text = await fetchTarget(instance, mirror, cachePath);
  const root = JSON.parse(await readFile(path.join(directory, 'root.json'), 'utf8'));
  // An unusable trust root must not replace a usable one.
  parseTrustRoot(parseJsonObject(text, 'fetched trust root'), 'fetched trust root');
  await writeFetchedTrust(file, {
    source: mirror,
    rootVersion: root.signed.version,
    expires: root.signed.expires,
    trustedRoot: text,
  });
}

async function fetchTarget(instance: Instance, mirror: string, cachePath: string): Promise<string> {
  const options = { mirrorURL: mirror, cachePath, timeout: TIMEOUT_MS, retry: { retries: 2 } };
  const scratch = await mkdtemp(path.join(tmpdir(), 'model-signing-'));
  try {
    const rootPath = instance === 'staging' ? await firstRoot(mirror, scratch) : undefined;
    const client = await initTUF(rootPath === undefined ? options : { ...options, rootPath });
    return await client.getTarget(TARGET);
  } catch (error) {
    throw new OmsError('signer/service-failed', `the trust root cannot be fetched from ${mirror}: ${reasonOf(error)}`, {
      cause: error,
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Fetches the first root of an instance, from which TUF continues to the current one. */
async function firstRoot(mirror: string, directory: string): Promise<string> {
  const { body } = await sendRequest(`${mirror}/1.root.json`, { maxBytes: MAX_ROOT_BYTES, timeout: TIMEOUT_MS });
  const file = path.join(directory, 'root.json');
  await writeFile(file, body);
  return file;
}
