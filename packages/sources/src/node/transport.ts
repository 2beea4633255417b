import type { Transport } from '../http/transport.ts';
import { fetchTransport } from '../web/transport.ts';

/** How requests are sent unless the caller gives a `fetch`. */
export function defaultTransport(): Transport {
  return fetchTransport(fetch);
}
