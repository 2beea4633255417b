import { ATTEMPT_MS, FinalError, isPassing, withRetries } from './retry.ts';

/** Certificates, log entries and timestamps have some kilobytes. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/**
 * Posts JSON to a service and answers with what it says. It follows no redirection, which would take a token to an address that
 * nobody configured, and reads no more than a service has to say.
 */
export async function post(url: string, body: object, signal: AbortSignal, accept = '*/*'): Promise<Buffer> {
  const headers = { accept, 'content-type': 'application/json' };
  const request = { method: 'POST', headers, body: JSON.stringify(body), redirect: 'manual' } as const;
  return withRetries(async () => {
    const response = await fetch(url, {
      ...request,
      signal: AbortSignal.any([signal, AbortSignal.timeout(ATTEMPT_MS)]),
    });
    const answer = await readBounded(response, MAX_ANSWER_BYTES);
    if (response.ok) return answer;
    const redirects = response.status >= 300 && response.status < 400;
    const failure = redirects ? 'it redirects to another address' : `it answers ${response.status} ${reasonIn(answer)}`;
    throw isPassing(response.status) ? new Error(failure) : new FinalError(failure);
  }, signal);
}

/** The same where the answer is JSON. */
export async function postForJson(url: string, body: object, signal: AbortSignal): Promise<unknown> {
  return readJson(await post(url, body, signal, 'application/json'));
}

/** Reads an answer to its end, and not beyond a limit. */
export async function readBounded({ body }: Response, limit: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of body ?? []) {
    total += chunk.length;
    if (total > limit) throw new FinalError(`its answer has more than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function readJson(answer: Buffer): unknown {
  try {
    return JSON.parse(answer.toString('utf8'));
  } catch {
    throw new FinalError(`its answer is not JSON: ${answer.subarray(0, 100).toString('utf8')}`);
  }
}

/** What a service says of its failure: the message in its JSON, or else the beginning of its answer. */
function reasonIn(answer: Buffer): string {
  const text = answer.toString('utf8');
  try {
    const { message } = JSON.parse(text);
    if (typeof message === 'string') return message;
  } catch {
    // It is not JSON, and shown as it is.
  }
  return text.slice(0, 200);
}
