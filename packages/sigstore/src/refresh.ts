import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { OmsError } from '@model-signing/core';
import { initTUF } from '@sigstore/tuf';
import { type Instance, type InstanceServices, instances } from './instances.ts';
import { reasonOf } from './refusals.ts';
import { readBounded } from './service-request.ts';
import { writeCached } from './trust-cache.ts';
import { parseDocument, readTrustedRoot } from './trusted-root.ts';

const TARGET = 'trusted_root.json';
const TIMEOUT_MS = 20_000;
const MAX_ROOT_BYTES = 512 * 1024;

/**
 * Fetches the trust root of an instance by The Update Framework and keeps it (OMS-TRUST-5).
 *
 * It starts from the root of trust that came with @sigstore/tuf. None comes with it for the staging instance, so that its
 * first one is taken from its server as it is.
 * @throws {OmsError} `signer/service-failed`, `signer/trust-unreadable`
 */
export async function refreshTrust(
  instance: Instance,
  file: string,
  { mirror }: Pick<InstanceServices, 'mirror'> = instances[instance],
): Promise<void> {
  // TUF's own metadata, which guards against an older answer than one had before, stays between calls.
  const cachePath = path.join(path.dirname(file), 'tuf');
  await mkdir(cachePath, { recursive: true });
  const directory = path.join(cachePath, encodeURIComponent(new URL(mirror).host));
  const text = await fetchTarget(instance, mirror, cachePath);
  const root = JSON.parse(await readFile(path.join(directory, 'root.json'), 'utf8'));
  // A trust root that cannot be used must not take the place of one that can.
  readTrustedRoot(parseDocument(text, 'fetched trust root'), 'fetched trust root');
  await writeCached(file, {
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

/** The first root of an instance, from which TUF goes on to the current one. */
async function firstRoot(mirror: string, directory: string): Promise<string> {
  const response = await fetch(`${mirror}/1.root.json`, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) throw new Error(`${mirror}/1.root.json answers ${response.status}`);
  const file = path.join(directory, 'root.json');
  await writeFile(file, await readBounded(response, MAX_ROOT_BYTES));
  return file;
}
