import type { OciCredentials } from '../oci/credentials.ts';

/** A browser has no configuration of docker. */
export async function dockerCredentials(_registry: string): Promise<OciCredentials | null> {
  return null;
}
