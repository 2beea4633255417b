import { quote } from '@model-signing/core';
import type { Context } from '../context.ts';
import { CommandError, usageError } from '../failure.ts';
import type { Command } from '../grammar.ts';
import { type Entry, isSameSigner, type Known, knownFor, withEntry } from '../known-entry.ts';
import { changeKnownSigners, keepBeside, knownSignersFile, readKnownSigners } from '../known-signers.ts';
import { table } from '../output.ts';
import { patternCharacter } from '../policy-text.ts';
import { promptLine } from '../prompt.ts';
import { signerChanged } from '../signer-changed.ts';
import { isStandardInput } from '../standard-streams.ts';
import { signerLine } from './identity.ts';
import { printWarnings } from './model.ts';
import { policySignerText } from './policy-signer.ts';
import { signerName } from './signer-name.ts';
import { sourceFields, sourceLine } from './source.ts';
import { signatureText } from './verification.ts';
import { type KeepFlags, type VerifiedSigner, verifySigner } from './verified-signer.ts';

/** `trust`: verifies who signed a model, asks, and remembers it for `verify --as`. */
export async function trustModel(method: Command, operand: string, flags: KeepFlags, context: Context): Promise<void> {
  const name = checkedName(flags);
  const found = await verifySigner('trust', method.name, operand, () => name, flags, context);
  printWarnings(found.warnings, context);
  const entry = entryOf(name, found);
  const known = knownFor((await readKnownSigners()).policy, name);
  if (isTrusted(known, entry))
    return report(
      entry,
      found,
      { file: knownSignersFile(), wasThere: true, replaced: false, wasShown: false },
      context,
    );
  if (known !== null && !flags.replace) throw changeOf(known, entry, found, operand, flags);
  if (!flags.yes) await ask(entry, found, known, context);
  const file = await changeKnownSigners(
    async (policy) => {
      const now = knownFor(policy, name);
      if (isTrusted(now, entry)) return null;
      // Another process may have trusted another signer since the user was asked.
      if (now !== null && !isSameKnown(now, known)) throw changeOf(now, entry, found, operand, flags);
      const document = withEntry(policy, now, entry);
      if (found.trustRoot !== null) await keepBeside(found.trustRoot.name, found.trustRoot.content);
      return document;
    },
    (policy) => isTrusted(knownFor(policy, name), entry),
  );
  report(entry, found, { file, wasThere: false, replaced: known !== null, wasShown: !flags.yes }, context);
}

/** @throws {CommandError} `command/usage` for no name, a pattern, and a question that could not be answered */
function checkedName({ as: name = '', signature, yes }: KeepFlags): string {
  if (name === '')
    throw usageError('the name to trust the signer for is empty', 'is the variable set that --as takes it from?');
  if (name.includes('*'))
    throw usageError(
      '--as takes one name here, and * would trust the signer for others too',
      'policy init begins a policy, whose rules may have patterns',
    );
  const [special] = patternCharacter.exec(name) ?? [];
  if (special !== undefined)
    throw usageError(
      `the name ${quote(name)} cannot be kept: "${special}" does not stand for itself in a policy`,
      'give the model a name without it, and use that name with verify as well',
    );
  if (signature !== undefined && isStandardInput(signature) && !yes) {
    throw usageError(
      'the signature and the answer cannot both be read from standard input',
      'name the signature as a file, or add --yes',
    );
  }
  return name;
}

function entryOf(name: string, { document, signer, requirements, verification }: VerifiedSigner): Entry {
  return { name, document, signer, requirements, signerName: (taken) => signerName(verification.signer, taken) };
}

function isTrusted(known: Known | null, { signer }: Entry): boolean {
  return known?.signers.some((one) => isSameSigner(one, signer)) ?? false;
}

function isSameKnown(one: Known, other: Known | null): boolean {
  return one.signers.every((signer) => other?.signers.some((each) => isSameSigner(signer, each)));
}

function changeOf(
  known: Known,
  { name }: Entry,
  { signature, verification }: VerifiedSigner,
  operand: string,
  flags: KeepFlags,
): Error {
  const found = [{ signature: signature.name, signer: verification.signer, claims: null }];
  return signerChanged({ name, operand, signature: flags.signature, known: known.signers, found });
}

async function ask(entry: Entry, found: VerifiedSigner, known: Known | null, context: Context): Promise<void> {
  const { output, signal } = context;
  const before = known?.signers.map((one) => ['trusted', policySignerText(one)] as const) ?? [];
  output.request([...lines(entry, found), ...table(before)].join('\n'));
  const question =
    known === null ? 'Trust this signer for this name (yes or no)' : 'Trust this signer in its place (yes or no)';
  const answer = await promptLine(question, signal).catch((error) => {
    signal.throwIfAborted();
    if (error instanceof CommandError) return '';
    throw error;
  });
  if (/^\s*y(?:es)?\s*$/i.test(answer)) return;
  throw new CommandError(
    'command/declined',
    `the signer is not trusted, because the answer was ${answer.trim() === '' ? 'not given' : 'not yes'}`,
    {
      hints: ['--yes answers for scripts that know the signer already'],
    },
  );
}

function lines({ name }: Entry, { named, signature, verification }: VerifiedSigner): string[] {
  return [
    `The model for ${quote(name)} is what this signer signed:`,
    ...table([
      ['signer', signerLine(verification.signer)],
      sourceLine(named.source),
      ['digest', `sha256:${verification.rootDigest}`],
      ['signature', signatureText(signature)],
    ]),
  ];
}

/** What became of the known signers. */
interface Kept {
  readonly file: string;
  readonly wasThere: boolean;
  readonly replaced: boolean;
  /** Whether the user has seen the signer already. */
  readonly wasShown: boolean;
}

function report(entry: Entry, found: VerifiedSigner, kept: Kept, { output }: Context): void {
  const { named, signature, verification, engine, warnings } = found;
  const fields = {
    name: entry.name,
    knownSigners: kept.file,
    wasThere: kept.wasThere,
    replaced: kept.replaced,
    signature: signature.name,
    signatureFrom: { place: signature.place, why: signature.why },
    ...sourceFields(named.source),
    signer: verification.signer,
    rootDigest: `sha256:${verification.rootDigest}`,
    engine,
    warnings,
  };
  output.success('trust', fields, () => [
    ...(kept.wasShown ? [] : lines(entry, found)),
    kept.wasThere
      ? `It was trusted before, in ${quote(kept.file)}`
      : `From now on, verify --as ${quote(entry.name)} accepts no other signer (${quote(kept.file)})`,
  ]);
}
