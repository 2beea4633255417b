import { open, readFile } from 'node:fs/promises';
import { inspectBundle } from '@model-signing/core';

/** How much is read of a long signature: its statement begins with the name of the model. */
const BEGINNING_BYTES = 64 * 1024;

/** Up to which size a signature is read whole. */
const SHORT_BYTES = 1024 * 1024;

/** How this command writes what precedes the payload of a bundle, and the name in a statement. */
const BEFORE_PAYLOAD = '"dsseEnvelope":{"payload":"';
const BEFORE_NAME = '{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":';

/**
 * The name of the model that a signature file says it is for; null if it says none, or is damaged, as one of a full disk may be.
 * Of a long one, the beginning is enough if it was written by this command. A claim: nothing is verified.
 */
export async function claimedModel(file: string, size: bigint): Promise<string | null> {
  try {
    const claimed = size > SHORT_BYTES ? claimedAtBeginning(await beginningOf(file)) : null;
    return claimed ?? (await inspectBundle(await readFile(file))).subjectName;
  } catch {
    return null;
  }
}

async function beginningOf(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(BEGINNING_BYTES), 0, BEGINNING_BYTES, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

function claimedAtBeginning(bundle: string): string | null {
  const at = bundle.indexOf(BEFORE_PAYLOAD);
  if (at === -1) return null;
  const statement = Buffer.from(bundle.slice(at + BEFORE_PAYLOAD.length), 'base64').toString('utf8');
  if (!statement.startsWith(BEFORE_NAME)) return null;
  const name = statement.slice(BEFORE_NAME.length);
  const end = endOfString(name);
  return name.startsWith('"') && end > 0 ? JSON.parse(name.slice(0, end)) : null;
}

/** The index behind the string in JSON at the beginning of a text; 0 if it does not end. */
function endOfString(text: string): number {
  for (let i = 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '"') return i + 1;
  }
  return 0;
}
