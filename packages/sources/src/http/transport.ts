/** One request over HTTP. */
export interface TransportRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT';
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | undefined;
  /** Ends the request and the body of its response with its reason. */
  readonly signal: AbortSignal;
}

/** The response as it came, before anything is checked. */
export interface TransportResponse {
  readonly status: number;
  /** Where it came from, which differs from the request only if the transport follows redirects itself. */
  readonly url: URL;
  /** The value of a header by its lower-case name; null if it is absent. */
  header(name: string): string | null;
  /**
   * The body, which is read once. It fails if the connection ends before the body does. A reader that stops early calls `return()`,
   * which frees the connection.
   */
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * Exchanges one request for one response. It adds no credentials and no cookies, and tries again only on a connection that was kept
 * open and turns out to be closed. A redirect is a response like any other, except in browsers, which do not show them and follow
 * them themselves. A content encoding that it decodes is not among the headers.
 */
export type Transport = (url: URL, request: TransportRequest) => Promise<TransportResponse>;
