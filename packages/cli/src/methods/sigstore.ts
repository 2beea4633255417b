import { type Command, Option } from 'commander';
import type { SignSigstoreFlags } from '../commands/sign-sigstore.ts';
import type { VerifySigstoreFlags } from '../commands/verify-sigstore.ts';
import { addRequired, addSignOptions, addVerifyOptions, examples, modelCommand, type Run } from '../options.ts';

/** `sign sigstore`, which is also `sign` without a method. */
export function addSignSigstore(sign: Command, run: Run): void {
  const command = modelCommand(sign, 'sigstore', 'sign a model with an identity, such as an address (default)');
  addTokenOptions(command);
  addTrustOptions(command).addOption(
    new Option('--signing-config <file>', 'the services of a private instance, beside --trusted-root').conflicts([
      'trustConfig',
      'useStaging',
      'refreshTrust',
    ]),
  );
  addSignOptions(command)
    .addHelpText(
      'after',
      examples(
        'sign my-model',
        'sign my-model --use-ambient-credentials',
        'sign sigstore my-model --trust-config private.json --identity-token-file token.txt',
      ),
    )
    .action((model: string, flags: SignSigstoreFlags, called: Command) =>
      run(called, async (context) =>
        (await import('../commands/sign-sigstore.ts')).signWithSigstore(model, flags, context),
      ),
    );
}

/** The flags that say where the identity token comes from; without any, a person signs in with a browser. */
function addTokenOptions(command: Command): Command {
  const sources = ['identityToken', 'identityTokenFile', 'useAmbientCredentials', 'oauthForceOob'];
  const others = (name: string) => sources.filter((source) => source !== name);
  return command
    .addOption(
      new Option('--use-ambient-credentials', 'take the identity that the CI system gives this job').conflicts(
        others('useAmbientCredentials'),
      ),
    )
    .addOption(
      new Option(
        '--identity-token-file <file>',
        'a file that holds an identity token; "-" is standard input',
      ).conflicts(others('identityTokenFile')),
    )
    .addOption(
      new Option('--identity-token <token>', 'the token itself, visible to other users').conflicts(
        others('identityToken'),
      ),
    )
    .addOption(
      new Option('--oauth-force-oob', 'sign in with a browser elsewhere, and type the code that it shows').conflicts(
        others('oauthForceOob'),
      ),
    )
    .option('--client-id <id>', 'the client to sign in as, and whom a token has to be for (default: sigstore)')
    .option('--client-secret <secret>', 'the secret of the client, where it has one');
}

/** `verify sigstore`, which is also `verify` without a method. */
export function addVerifySigstore(verify: Command, run: Run): void {
  const command = modelCommand(verify, 'sigstore', 'verify a model that was signed with an identity (default)');
  addRequired(command, '--signature <file>', 'the signature file');
  command
    .option('--identity <name>', 'who has to have signed: an address, a URI or a user name, compared exactly')
    .addOption(
      new Option(
        '--identity-regexp <pattern>',
        'instead: what the whole name has to match, in the syntax of RE2',
      ).conflicts('identity'),
    );
  addRequired(command, '--identity-provider <issuer>', 'who has to have vouched for the name, such as a URL');
  addVerifyOptions(addTrustOptions(command))
    .addHelpText(
      'after',
      examples(
        'verify my-model --signature model.sig --identity me@example.com --identity-provider https://accounts.google.com',
        'verify sigstore my-model --signature model.sig --identity me@example.com \\\n    --identity-provider https://issuer.example --trusted-root trusted_root.json',
      ),
    )
    .action((model: string, flags: VerifySigstoreFlags, called: Command) =>
      run(called, async (context) =>
        (await import('../commands/verify-sigstore.ts')).verifyWithSigstore(model, flags, context),
      ),
    );
}

/** The flags that say whose services are trusted. */
function addTrustOptions(command: Command): Command {
  return command
    .addOption(new Option('--trusted-root <file>', 'the trust root of a private instance of Sigstore'))
    .addOption(
      new Option('--trust-config <file>', 'trust root and services of a private instance, in one file').conflicts(
        'trustedRoot',
      ),
    )
    .addOption(
      new Option('--use-staging', 'the staging instance instead of the public one').conflicts([
        'trustedRoot',
        'trustConfig',
      ]),
    )
    .addOption(
      new Option('--refresh-trust', "fetch the instance's current trust root, and keep it").conflicts([
        'trustedRoot',
        'trustConfig',
      ]),
    );
}
