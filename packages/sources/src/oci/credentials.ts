/** What a registry or its token service accepts from a user. */
export type OciCredentials =
  | { readonly username: string; readonly password: string }
  /** Exchanged for a token by the token service, as programs for credentials keep it. */
  | { readonly identityToken: string }
  /** Sent to the registry as it is. */
  | { readonly registryToken: string };

/** `Basic …` for a name and a password. */
export function basicAuthorization({ username, password }: { username: string; password: string }): string {
  const bytes = new TextEncoder().encode(`${username}:${password}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}
