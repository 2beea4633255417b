import type { Command } from 'commander';
import type { SignKeyFlags } from '../commands/sign-key.ts';
import type { VerifyKeyFlags } from '../commands/verify-key.ts';
import {
  addPrivateKeyOptions,
  addRequired,
  addSignOptions,
  addVerifyOptions,
  examples,
  modelCommand,
  type Run,
} from '../options.ts';

/** `sign key`. */
export function addSignKey(sign: Command, run: Run): void {
  const command = modelCommand(sign, 'key', 'sign a model with a private key on P-256, P-384 or P-521');
  addPrivateKeyOptions(command);
  addSignOptions(command)
    .addHelpText(
      'after',
      examples(
        'sign key my-model --private-key key.pem',
        'sign key my-model --private-key key.pem --hash blake3 --shard-size 1GB --signature my-model.sig',
      ),
    )
    .action((model: string, flags: SignKeyFlags, called: Command) =>
      run(called, async (context) => (await import('../commands/sign-key.ts')).signWithKey(model, flags, context)),
    );
}

/** `verify key`. */
export function addVerifyKey(verify: Command, run: Run): void {
  const command = modelCommand(verify, 'key', 'verify a model that was signed with a private key');
  addRequired(command, '--signature <file>', 'the signature file');
  addRequired(command, '--public-key <file>', 'the public key that you trust, in PEM form');
  addVerifyOptions(command)
    .addHelpText(
      'after',
      examples(
        'verify key my-model --signature model.sig --public-key key.pub',
        'verify key my-model --signature model.sig --public-key key.pub --json',
      ),
    )
    .action((model: string, flags: VerifyKeyFlags, called: Command) =>
      run(called, async (context) => (await import('../commands/verify-key.ts')).verifyWithKey(model, flags, context)),
    );
}
