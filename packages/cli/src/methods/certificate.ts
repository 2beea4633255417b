import { type Command, InvalidArgumentError, Option } from 'commander';
import type { SignCertificateFlags } from '../commands/sign-certificate.ts';
import type { VerifyCertificateFlags } from '../commands/verify-certificate.ts';
import {
  addPrivateKeyOptions,
  addRequired,
  addSignOptions,
  addVerifyOptions,
  collect,
  examples,
  modelCommand,
  type Run,
} from '../options.ts';

/** `sign certificate`. */
export function addSignCertificate(sign: Command, run: Run): void {
  const command = modelCommand(sign, 'certificate', 'sign a model with a private key and its X.509 certificate');
  addPrivateKeyOptions(command);
  addRequired(command, '--signing-certificate <file>', 'the certificate of the key, in PEM form');
  command
    .option('--certificate-chain <file>', 'certificates on the way to the root; can be repeated', collect)
    .option('--timestamp-url <url>', 'have the signature timestamped, so that it outlives the certificate')
    .addOption(new Option('--tsa-url <url>').conflicts('timestampUrl').hideHelp())
    .option('--any-usage', 'be content with a certificate for digital signatures or code signing');
  addSignOptions(command)
    .addHelpText(
      'after',
      examples(
        'sign certificate my-model --private-key key.pem --signing-certificate cert.pem --certificate-chain ca.pem',
        'sign certificate my-model --private-key key.pem --signing-certificate cert.pem --timestamp-url https://tsa.example',
      ),
    )
    .action((model: string, { tsaUrl, ...flags }: SignCertificateFlags & { tsaUrl?: string }, called: Command) =>
      run(called, async (context) => {
        const timestamped = tsaUrl === undefined ? flags : { ...flags, timestampUrl: tsaUrl };
        await (await import('../commands/sign-certificate.ts')).signWithCertificate(model, timestamped, context);
      }),
    );
}

/** `verify certificate`. */
export function addVerifyCertificate(verify: Command, run: Run): void {
  const command = modelCommand(verify, 'certificate', 'verify a model that was signed with a certificate');
  addRequired(command, '--signature <file>', 'the signature file');
  command
    .option('--certificate-chain <file>', 'certificates that you trust; can be repeated (required)', collect)
    .option(
      '--timestamp-roots <file>',
      'certificates of timestamp authorities that you trust; can be repeated',
      collect,
    )
    .option('--verification-time <time>', 'verify as of this time, such as 2024-05-01T12:00:00Z', instant)
    .option('--require-self-signed-root', 'trust only those certificates that are self-signed')
    .option('--any-usage', 'be content with a certificate for digital signatures or code signing')
    .option('--system-roots', 'trust the certificates of the operating system too, which are for web servers')
    .option('--log-fingerprints', 'show the SHA-256 fingerprint of every certificate');
  addVerifyOptions(command)
    .addHelpText(
      'after',
      examples(
        'verify certificate my-model --signature model.sig --certificate-chain ca.pem',
        'verify certificate my-model --signature model.sig --certificate-chain ca.pem --timestamp-roots tsa.pem',
      ),
    )
    .action((model: string, flags: VerifyCertificateFlags, called: Command) =>
      run(called, async (context) =>
        (await import('../commands/verify-certificate.ts')).verifyWithCertificate(model, flags, context),
      ),
    );
}

/** Only with a time zone: without one, another machine would verify another instant. */
function instant(text: string): Date {
  const form = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/;
  const date = new Date(form.test(text) ? text : Number.NaN);
  if (Number.isNaN(date.getTime()) || !isDay(text.slice(0, 10))) {
    throw new InvalidArgumentError('It is a date, or a date and a time with a zone, such as 2024-05-01T12:00:00Z.');
  }
  return date;
}

/** Whether the calendar has the day: JavaScript takes 30 February for 1 March. */
function isDay(text: string): boolean {
  return new Date(text).toISOString().startsWith(text);
}
