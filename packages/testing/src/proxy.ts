import { serve, type TestResponse } from './http.ts';

/** A proxy on a loopback port that forwards what it is asked for. Closed when the test ends. */
export interface TestProxy {
  /** `http://127.0.0.1:` and a port. */
  readonly url: string;
  /** The addresses that it was asked for, in order. */
  readonly requests: string[];
}

/** Starts a proxy that forwards every request to one server, whatever host it is for. */
export async function startProxy(target: string): Promise<TestProxy> {
  const requests: string[] = [];
  const { url } = await serve(async ({ method, url: asked, headers, body }): Promise<TestResponse> => {
    requests.push(asked.href);
    const { host: _, connection: __, 'proxy-connection': ___, 'content-length': ____, ...rest } = headers;
    const response = await fetch(target + asked.pathname + asked.search, {
      method,
      headers: rest as Record<string, string>,
      redirect: 'manual',
      ...(body.length > 0 ? { body } : {}),
    });
    const type = response.headers.get('content-type');
    return {
      status: response.status,
      headers: type === null ? {} : { 'content-type': type },
      body: new Uint8Array(await response.arrayBuffer()),
    };
  });
  return { url, requests };
}
