/** The versions of Rekor's interface. */
export type LogVersion = 1 | 2;

/** What is to be known of a private Sigstore that runs. Files are by their absolute paths. */
export interface Lab {
  readonly trustedRoot: string;
  /** The trust root and the services, with one version of the log. */
  readonly trustConfigs: Readonly<Record<LogVersion, string>>;
  /** The services alone. */
  readonly signingConfigs: Readonly<Record<LogVersion, string>>;
  readonly fulcio: string;
  readonly rekorV1: string;
  /** The issuer of identities of people, and a token for one of them. */
  readonly issuer: string;
  token(email: string): string;
  /** A job on GitHub. */
  readonly job: {
    readonly identity: string;
    readonly issuer: string;
    readonly token: string;
    /** The variables by which the job gets a token itself. */
    readonly variables: Readonly<Record<string, string>>;
  };
}
