/** What something was made from, as a claim says it. Every text is untrusted, and at most 200 characters long. */
export interface Dependency {
  /** Lowercase hexadecimal SHA-256; null if the claim has none. */
  readonly digest: string | null;
  readonly name: string | null;
  /** What it is to what was made: `base-model`, `dataset`, `adapter`, `teacher`, or what the claim calls it. */
  readonly role: string;
  /** What the digest is of, such as `root of files by sha256`; null if the claim does not say. */
  readonly domain: string | null;
}

/** What a claim says of the origin of its subject. */
export interface Origin {
  readonly dependencies: readonly Dependency[];
  /** What it says of the origin of something else: in CycloneDX, ancestors have ancestors. */
  readonly further: readonly { readonly child: string; readonly dependency: Dependency }[];
  /** The digest of what the claim itself says that it is about; null if it does not. The statement around it decides. */
  readonly about: string | null;
  /** How many dependencies were left out, because a claim has at most 1,000. */
  readonly leftOut: number;
}
