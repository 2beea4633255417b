import { HttpError, sendRequest } from '@model-signing/core/http';

/** Certificates, log entries and timestamps have a few kilobytes. */
const MAX_RESPONSE_BYTES = 1024 * 1024;

/** The time for one attempt, in milliseconds. */
const ATTEMPT_MS = 15_000;

const ATTEMPTS = 3;

/**
 * Posts JSON to a service and returns the body of the response. A failure that may pass is retried.
 * @throws {Error} that continues a sentence about the service; its text is untrusted and whole, for `reasonOf`
 */
export async function post(url: string, body: object, signal: AbortSignal, accept = '*/*'): Promise<Uint8Array> {
  try {
    const response = await sendRequest(url, {
      method: 'POST',
      headers: { accept, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      maxBytes: MAX_RESPONSE_BYTES,
      timeout: ATTEMPT_MS,
      attempts: ATTEMPTS,
      signal,
    });
    return response.body;
  } catch (error) {
    if (!(error instanceof HttpError) || !error.response) throw error;
    throw new Error(`${error.message}: ${reasonIn(textOf(error.response.body))}`);
  }
}

/** Does the same where the response is JSON, and parses it. */
export async function postForJson(url: string, body: object, signal: AbortSignal): Promise<unknown> {
  const text = textOf(await post(url, body, signal, 'application/json'));
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`its response is not JSON: ${text}`);
  }
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** Returns the explanation of a failed service: the message in its JSON, or else its response. */
function reasonIn(text: string): string {
  try {
    const { message } = JSON.parse(text);
    if (typeof message === 'string') return message;
  } catch {
    // It is not JSON, and is shown as it is.
  }
  return text;
}
