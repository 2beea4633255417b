/** What is trusted of an instance before anything is fetched. */
export interface TrustAnchor {
  /** Where it is from, for messages. */
  readonly source: string;
  /** The version of the root, and when it expires, in ISO 8601. */
  readonly version: number;
  readonly expires: string;
  /** A root of The Update Framework: the exact text. Everything fetched or stored is verified from it. */
  readonly root: string;
  /** The trust root that needs no fetching, and the versions of the metadata that named it; null if there is none. */
  readonly builtIn: {
    readonly timestamp: number;
    readonly snapshot: number;
    readonly targets: number;
    /** JSON. */
    readonly trustedRoot: string;
  } | null;
}
