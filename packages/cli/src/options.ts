import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Context } from './context.ts';
import { parseSize } from './sizes.ts';

/** Runs what a command does, with the settings that its flags ask for. */
export type Run = (command: Command, work: (context: Context) => Promise<void>) => Promise<void>;

/** A command that works on a model; what it does is loaded when it runs. */
export function modelCommand(parent: Command, name: string, description: string): Command {
  return parent.command(name).description(description).argument('<model>', 'the model: a directory or a file');
}

/** Checked after unknown flags are refused, so that a mistyped flag is not reported as a missing one. */
export function addRequired(command: Command, flags: string, description: string): void {
  const option = new Option(flags, `${description} (required)`);
  command.addOption(option).hook('preAction', (called) => {
    if (called.getOptionValue(option.attributeName()) === undefined) called.error(`the option '${flags}' is required`);
  });
}

/** The flags that name a private key. */
export function addPrivateKeyOptions(command: Command): void {
  addRequired(command, '--private-key <file>', 'the private key, in PEM form');
  command
    .option('--passphrase-file <file>', 'a file that holds the passphrase of the key; "-" is standard input')
    .addOption(
      new Option('--password <text>', 'the passphrase itself, visible to other users').conflicts('passphraseFile'),
    );
}

/** The flags of every signing method. */
export function addSignOptions(command: Command): Command {
  const collect = (value: string, previous: Readonly<Record<string, string>> = {}) => annotation(value, previous);
  return addHashOptions(command.option('--signature <file>', 'where the signature is written', 'model.sig'))
    .addOption(draftOption('sign in this DRAFT of the format, which only those verify who ask for it'))
    .option('--annotation <key=value>', 'say this of the model, with --draft only; can be repeated', collect);
}

/** A proposal of a later format has to be asked for by name. */
function draftOption(description: string): Option {
  return new Option('--draft <version>', description).choices(['1.1']);
}

function annotation(text: string, previous: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const [, key = '', value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (key === '') throw new InvalidArgumentError('An annotation is a key, an equals sign and a value.');
  if (Object.hasOwn(previous, key)) throw new InvalidArgumentError(`The annotation ${key} is given twice.`);
  return { ...previous, [key]: value };
}

/** The flags of every way to verify. `--signature` is added by the method, so that its required flags stand together. */
export function addVerifyOptions(command: Command): Command {
  command
    .option('--ignore-unsigned-files', 'accept files that were not signed, and list them')
    .option('--no-ignore-unsigned-files', 'refuse files that were not signed (default)')
    .option('--strict', 'refuse whatever would be a warning')
    .addOption(draftOption('accept signatures in this DRAFT of the format as well'));
  return addModelOptions(command);
}

/** The flags that say which files make up a model. */
function addModelOptions(command: Command): Command {
  return command
    .option('--ignore-paths <path>', 'leave out a file or directory of the model; can be repeated', collect)
    .option('--ignore-git-paths', 'leave out .git, .gitattributes, .github and .gitignore (default)')
    .option('--no-ignore-git-paths', 'treat them like other files')
    .option('--allow-symlinks', 'follow symbolic links')
    .addOption(
      new Option('--allow-external-symlinks', 'follow them out of the model too').implies({ allowSymlinks: true }),
    )
    .option('--jobs <count>', 'threads to hash with (default: one for each processor)', jobs);
}

/** The flags that say how a model is hashed. */
export function addHashOptions(command: Command): Command {
  return addModelOptions(command)
    .addOption(
      new Option('--hash <algorithm>', 'the digest algorithm')
        .choices(['sha256', 'blake2b', 'blake3'])
        .default('sha256'),
    )
    .option(
      '--shard-size <size>',
      'digest ranges of this size, such as 1GB or 512MiB, instead of whole files',
      shardSize,
    );
}

/** The values of a flag that can be repeated. */
export function collect(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value];
}

/** More threads than this only take memory. */
const MAX_JOBS = 256;

function jobs(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > MAX_JOBS) {
    throw new InvalidArgumentError(`A number of threads is a whole number from 1 to ${MAX_JOBS}.`);
  }
  return count;
}

function shardSize(text: string): number {
  const bytes = parseSize(text);
  if (bytes === null)
    throw new InvalidArgumentError('A size is a number of bytes, or a number with kB, MB, GB, KiB, MiB, GiB.');
  return bytes;
}

/** Lines of help that can be copied. */
export function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  model-signing ${line}`).join('\n')}`;
}
