import { readPrivateKey } from './authority.ts';
import { readServices } from './instance.ts';
import { mintToken, type TokenRequest } from './oidc/tokens.ts';

/** An identity token of a running instance, such as its issuer gives to a user who logs in with this address. */
export function identityToken(directory: string, email: string, change: Partial<TokenRequest> = {}): string {
  const { issuer } = readServices(directory);
  return mintToken(readPrivateKey(directory, 'issuer'), { issuer, email, ...change });
}
