import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { HUGGING_FACE } from '../huggingface/endpoint.ts';
import { SourceError } from '../source-error.ts';

/** Far more than a token has. */
const MAX_TOKEN = 4096;

/** The hub that `HF_ENDPOINT` names, else Hugging Face. */
export function hubEndpoint(environment: NodeJS.ProcessEnv = process.env): string {
  return environment.HF_ENDPOINT?.trim() || HUGGING_FACE;
}

/**
 * The token of `HF_TOKEN`, else the one in the file where `hf auth login` puts it: `HF_TOKEN_PATH`, `HF_HOME/token` or
 * `~/.cache/huggingface/token`; null if there is none.
 * @throws {SourceError} `source/unauthorized` if the file is there and cannot be read
 */
export async function hubToken(environment: NodeJS.ProcessEnv = process.env): Promise<string | null> {
  const given = environment.HF_TOKEN?.trim();
  if (given) return given;
  const file = tokenFile(environment);
  try {
    const text = await readFile(file, 'utf8');
    return text.slice(0, MAX_TOKEN).trim() || null;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    const message = `the token for the hub could not be read from ${file} (${code}); set HF_TOKEN_PATH to another file`;
    throw new SourceError('source/unauthorized', message);
  }
}

function tokenFile({ HF_TOKEN_PATH, HF_HOME, XDG_CACHE_HOME }: NodeJS.ProcessEnv): string {
  if (HF_TOKEN_PATH) return inHome(HF_TOKEN_PATH);
  const cache = XDG_CACHE_HOME || path.join(homedir(), '.cache');
  return path.join(HF_HOME ? inHome(HF_HOME) : path.join(inHome(cache), 'huggingface'), 'token');
}

/** Hugging Face's own programs expand a home directory too. */
function inHome(file: string): string {
  return /^~(?=$|[\\/])/.test(file) ? homedir() + file.slice(1) : file;
}
