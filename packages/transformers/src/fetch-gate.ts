import { OmsError, quote } from '@model-signing/core';
import { isOnHost, normalized } from './addresses.ts';
import { checkedResponse, withoutBody } from './checked-response.ts';
import type { Fetch } from './environment.ts';
import type { GuardedModel } from './guarded-model.ts';

/** What decides about requests that are for no guarded model. */
export interface Surroundings {
  readonly host: string;
  readonly models: readonly GuardedModel[];
  /** Whether an address on the host is one that the caller lets pass. */
  isUnguarded(address: string): boolean;
}

/** The `fetch` that gives transformers.js only what was signed; of other hosts, it gives everything, and records it. */
export function guardFetch(fetch: Fetch, surroundings: Surroundings): Fetch {
  return async (input, init) => {
    const address = typeof input === 'string' ? input : input.href;
    for (const model of surroundings.models) {
      const name = model.nameAt(address);
      if (name !== null) return fetchFile(fetch, model, typeof input === 'string' ? name : decodedName(name), init);
    }
    return fetchOther(fetch, surroundings, input, init);
  };
}

async function fetchFile(fetch: Fetch, model: GuardedModel, name: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(model.addresses.addressOf(name), init);
  const { status } = response;
  if (!model.names.has(name)) {
    if (status < 400) throw discarding(response, model.unsigned(name));
    return withoutBody(response);
  }
  if (status === 404 || status === 410) throw discarding(response, model.missing(name, status));
  // transformers.js takes a part of a file only to learn its size, and gets no content of it here.
  const isProbe = new Headers(init.headers).has('range') || init.method === 'HEAD';
  if (isProbe && (status === 200 || status === 206)) return withoutBody(response);
  // It takes this status for that of a missing file, and is right only if the file is empty.
  if (isProbe && status === 416 && (await model.isSigned(name, new Uint8Array()))) return withoutBody(response);
  // Of a file that may be missing, it takes any other status for its absence.
  if (status !== 200) throw discarding(response, model.unreadable(name, `the server responds with status ${status}`));
  return checkedResponse(model, name, response);
}

async function fetchOther(
  fetch: Fetch,
  { host, models, isUnguarded }: Surroundings,
  input: string | URL,
  init: RequestInit | undefined,
): Promise<Response> {
  const address = String(input);
  const isForeign = isOnHost(address, host) && !isUnguarded(normalized(address) as string);
  for (const { findings } of models) {
    if (!isForeign) findings.passed(address);
    else findings.refused(address, foreign(address, host));
  }
  if (isForeign) throw foreign(address, host);
  return fetch(input, init);
}

function foreign(address: string, host: string): OmsError {
  const message = `${quote(address)} is on ${quote(host)} and belongs to no guarded model: guard that model too, or name the address in the option unguarded`;
  return new OmsError('model/not-signed', message);
}

function discarding(response: Response, error: OmsError): OmsError {
  response.body?.cancel().catch(() => {});
  return error;
}

function decodedName(name: string): string {
  return name.split('/').map(decodeURIComponent).join('/');
}
