import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import path from 'node:path';
import { inspectBundle, OmsError, resourceName } from '@model-signing/core';

/** Far more than a signature of a million files has; larger files are weights. */
const MAX_SIGNATURE_BYTES = 256 * 1024 * 1024;

/** The most files that are looked at: signatures are few. */
const MAX_CANDIDATES = 100;

/**
 * The names of the signatures of a model at the top of its directory: those that were made to be there, because they left out
 * themselves. One that a later signature covers as a file of the model is a file of the model.
 */
export async function ownSignatures(modelPath: string): Promise<string[]> {
  const own: string[] = [];
  const covered = new Set<string>();
  for (const name of candidates(modelPath)) {
    const manifest = await manifestOf(path.join(modelPath, name));
    if (!manifest?.serialization.ignorePaths.includes(name)) continue;
    own.push(name);
    for (const resource of manifest.resources) covered.add(resource.range ? resource.path : resourceName(resource));
  }
  return own.filter((name) => !covered.has(name));
}

/** The files that begin like a signature. */
function candidates(modelPath: string): string[] {
  if (!statSync(modelPath).isDirectory()) return [];
  const files = readdirSync(modelPath, { withFileTypes: true }).filter((entry) => entry.isFile());
  const found: string[] = [];
  for (const { name } of files) {
    if (found.length === MAX_CANDIDATES) break;
    if (beginsLikeSignature(path.join(modelPath, name))) found.push(name);
  }
  return found;
}

function beginsLikeSignature(file: string): boolean {
  let opened: number | null = null;
  try {
    opened = openSync(file, 'r');
    const start = Buffer.alloc(4096);
    const length = readSync(opened, start);
    return start[0] === 0x7b && start.toString('latin1', 0, length).includes('"application/vnd.dev.sigstore.bundle');
  } catch {
    return false; // hashing will say what is wrong with it
  } finally {
    if (opened !== null) closeSync(opened);
  }
}

async function manifestOf(file: string) {
  if (statSync(file).size > MAX_SIGNATURE_BYTES) return null;
  try {
    return (await inspectBundle(readFileSync(file))).manifest;
  } catch (error) {
    if (error instanceof OmsError) return null;
    throw error;
  }
}
