// Stands in for the module that looks for an installed native engine: the engine is in the program itself.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { getAsset, getRawAsset } from 'node:sea';
import { printable } from '@model-signing/core';
import { type Loaded, loadFile } from '../../../packages/native/src/load-file.ts';
import type { ProgramParts } from '../parts.ts';

let loaded: Loaded | undefined;

/** Loads the compiled engine in this program. The first result is kept. */
export function loadBinding(): Loaded {
  loaded ??= loadEmbedded();
  return loaded;
}

function loadEmbedded(): Loaded {
  const { engine, version } = JSON.parse(getAsset('parts.json', 'utf8')) as ProgramParts;
  if (engine === null) return { binding: null, problem: 'this program was built without it' };
  try {
    return loadFromFolder({ platform: engine, version });
  } catch (error) {
    return { binding: null, problem: `it cannot be unpacked: ${printable(String((error as Error).message))}` };
  }
}

/**
 * The system loads code only from a file. It is in a new folder that no other user can enter, and is gone once it is loaded.
 * @throws {Error} if nothing can be written to the folder for temporary files
 */
function loadFromFolder({ platform, version }: { readonly platform: string; readonly version: string }): Loaded {
  const folder = mkdtempSync(path.join(tmpdir(), 'model-signing-engine-'));
  try {
    const file = path.join(folder, `${platform}.node`);
    writeFileSync(file, new Uint8Array(getRawAsset('engine.node')), { mode: 0o600, flag: 'wx' });
    return loadFile({ platform, file, version });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
