/** Prints an identity token of the running private Sigstore: node token.ts [EMAIL]. */
import { identityToken } from './identity.ts';
import { DEFAULT_DIRECTORY, LabError } from './instance.ts';

try {
  process.stdout.write(`${identityToken(DEFAULT_DIRECTORY, process.argv[2] ?? 'dev@example.com')}\n`);
} catch (error) {
  if (!(error instanceof LabError)) throw error;
  process.stderr.write(`sigstore:token: ${error.message}\n`);
  process.exitCode = 1;
}
