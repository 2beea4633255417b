import { isOmsError, type OmsError } from '@model-signing/core';
import type { GuardedModel } from './guarded-model.ts';
import { readBounded } from './read-bounded.ts';
import { MAX_FILE_BYTES } from './store.ts';

/** A file of at most this size is read and compared before any of it is handed over. */
const MAX_BUFFERED_BYTES = 1 << 20;

/**
 * A response whose body is what was signed under this name, or fails.
 *
 * transformers.js makes a buffer of the stated length and fills it, so that a length that is too large would add zeros to the signed
 * bytes. Hence a length is either counted here first, or the body fails that is shorter.
 */
export async function checkedResponse(model: GuardedModel, name: string, response: Response): Promise<Response> {
  const stated = statedLength(response);
  const body = checkedBody(model, name, response, stated);
  if (stated !== null && stated > MAX_BUFFERED_BYTES) return marked(new Response(body, describe(response, stated)));
  const bytes = await readBounded(body, MAX_FILE_BYTES);
  if (!bytes) throw model.unreadable(name, `the server states no length, and sends more than ${MAX_FILE_BYTES} bytes`);
  return marked(new Response(bytes, describe(response, bytes.length)));
}

const checked = new WeakSet<Response>();

function marked(response: Response): Response {
  checked.add(response);
  return response;
}

/** Whether a response is one of `checkedResponse`, so that its body is what was signed if it ends without an error. */
export function isChecked(response: Response): boolean {
  return checked.has(response);
}

/** The status and headers of a response, and nothing of its body. */
export function withoutBody({ status, statusText, headers, body }: Response): Response {
  body?.cancel().catch(() => {});
  const kept = pick(headers, ['content-type', 'content-length', 'content-range']);
  return new Response(null, { status, statusText, headers: kept });
}

/** The length of the content; null if it is not stated, or that of an encoded form. */
function statedLength({ headers }: Response): number | null {
  const text = headers.get('content-length');
  const length = Number(text);
  return text === null || headers.has('content-encoding') || !Number.isSafeInteger(length) ? null : length;
}

function describe({ headers }: Response, length: number): ResponseInit {
  return { status: 200, headers: { ...pick(headers, ['content-type']), 'content-length': String(length) } };
}

function pick(headers: Headers, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, headers.get(name)]).filter(([, value]) => value !== null));
}

function checkedBody(
  model: GuardedModel,
  name: string,
  response: Response,
  stated: number | null,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const source = response.body ?? (new Blob([]).stream() as ReadableStream<Uint8Array<ArrayBuffer>>);
  const reader = source.pipeThrough(model.signed.checker(name)).getReader();
  let length = 0;
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await reader.read().catch((error) => {
          throw refusalOf(model, name, error);
        });
        if (!done) {
          length += value.length;
          controller.enqueue(value as Uint8Array<ArrayBuffer>);
          return;
        }
        if (stated !== null && length < stated) {
          throw model.unreadable(name, `the server states ${stated} bytes and sends ${length}`);
        }
        model.findings.verified(name);
        controller.close();
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

function refusalOf(model: GuardedModel, name: string, error: unknown): OmsError {
  if (isOmsError(error)) return model.refuse(name, error);
  return model.unreadable(name, `the connection was lost (${error instanceof Error ? error.message : error})`, error);
}
