/** Prints an identity token of the running private Sigstore: node token.ts [EMAIL]. */
import { readPrivateKey } from './authority.ts';
import { DEFAULT_DIRECTORY, LabError, readServices } from './instance.ts';
import { mintToken } from './oidc/tokens.ts';

try {
  const { issuer } = readServices(DEFAULT_DIRECTORY);
  const email = process.argv[2] ?? 'dev@example.com';
  process.stdout.write(`${mintToken(readPrivateKey(DEFAULT_DIRECTORY, 'issuer'), { issuer, email })}\n`);
} catch (error) {
  if (!(error instanceof LabError)) throw error;
  process.stderr.write(`sigstore:token: ${error.message}\n`);
  process.exitCode = 1;
}
