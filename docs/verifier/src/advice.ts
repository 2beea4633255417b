// A refusal in the words of the page.
import { type Difference, isOmsError, type OmsError, printable, quote } from '@model-signing/core';
import type { PolicyError } from '@model-signing/policy';
import { countsOf, type Kind, kindNames } from './differences.ts';
import { sentence } from './text.ts';

/** Why something was refused. */
export function reasonOf(error: OmsError | PolicyError): string {
  if (!isOmsError(error, 'model/mismatch')) return sentence(printable(error.message));
  return `The model differs from what was signed: ${countsText(error.differences)}.`;
}

/** How many files differ, in the words of the table below it. */
function countsText(differences: readonly Difference[]): string {
  const counts = countsOf(differences);
  const kinds = (Object.keys(kindNames) as Kind[]).filter((kind) => counts.has(kind));
  return kinds.map((kind) => `${counts.get(kind)?.toLocaleString('en')} ${kindNames[kind]}`).join(', ');
}

/** What to do about a refusal. */
export function adviceOn(error: OmsError | PolicyError, signatures: readonly string[]): readonly string[] {
  return [...hintsOn(error, signatures), 'Do not use this model unless you know why.'];
}

function hintsOn(error: OmsError | PolicyError, signatures: readonly string[]): readonly string[] {
  if (isOmsError(error, 'signer/method-mismatch')) {
    return [
      'The signature is of another kind than the one that you chose under “Whom do you expect?”. Ask the publisher which one is right.',
    ];
  }
  if (!isOmsError(error) || error.stage !== 'bundle') return [];
  const names = signatures.map((name) => quote(name)).join(' or ');
  return [`The file ${names} was taken for the signature. It is something else, or was damaged: choose the signature.`];
}
