/** The public instances of Sigstore, which need no configuration. */
export type Instance = 'public-good' | 'staging';

/** The addresses of the current services of an instance. */
export interface InstanceServices {
  readonly mirror: string;
  readonly certificateAuthority: string;
  readonly log: string;
  readonly timestampAuthority: string;
  readonly tokenIssuer: string;
}

export const instances: Readonly<Record<Instance, InstanceServices>> = {
  'public-good': {
    mirror: 'https://tuf-repo-cdn.sigstore.dev',
    certificateAuthority: 'https://fulcio.sigstore.dev',
    log: 'https://rekor.sigstore.dev',
    timestampAuthority: 'https://timestamp.sigstore.dev/api/v1/timestamp',
    tokenIssuer: 'https://oauth2.sigstore.dev/auth',
  },
  staging: {
    mirror: 'https://tuf-repo-cdn.sigstage.dev',
    certificateAuthority: 'https://fulcio.sigstage.dev',
    log: 'https://rekor.sigstage.dev',
    timestampAuthority: 'https://timestamp.sigstage.dev/api/v1/timestamp',
    tokenIssuer: 'https://oauth2.sigstage.dev/auth',
  },
};
