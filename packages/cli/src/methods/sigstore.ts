import { type Command, Option } from 'commander';
import type { VerifySigstoreFlags } from '../commands/verify-sigstore.ts';
import { addRequired, addVerifyOptions, examples, modelCommand, type Run } from '../options.ts';

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
