/**
 * The summary of a step on the page of the run. It is one block of HTML without an empty line, in which Markdown has no meaning,
 * and every text from outside stands in `code`, where GitHub makes no links and notifies no one.
 */
import type { SignResult, VerifyResult } from '@model-signing/cli/result';
import { type Difference, printable } from '@model-signing/core';
import { signerLine } from '../../packages/cli/src/commands/identity.ts';
import { describeChange } from '../../packages/cli/src/output.ts';
import { printableNames } from '../../packages/cli/src/printable.ts';
import { formatCount, formatSize, groupDigits } from '../../packages/cli/src/sizes.ts';
import type { Verb } from './inputs.ts';
import { type Outcome, type Problem, verdictOf } from './outcome.ts';

/** The most rows of a table, and the most names of a list. */
const MAX_LISTED = 50;

/** @param model as the step names it */
export function summary(verb: Verb, model: string, outcome: Outcome): string {
  const lines = [`<h3>${escapeHtml(headline(verb, outcome))}</h3>`, ...bodyOf(model, outcome)];
  return `${lines.join('\n')}\n\n`;
}

/** The first line, in the words of a verdict. */
export function headline(verb: Verb, outcome: Outcome): string {
  if (outcome.kind === 'not-enforced') return 'Model refused, but the policy is not enforced';
  if (outcome.kind === 'failed') {
    if (verdictOf(outcome) === 'rejected') return verb === 'sign' ? 'Model not signed' : 'Model refused';
    return verb === 'sign' ? 'Model could not be signed' : 'Model could not be verified';
  }
  const verdict = verdictOf(outcome);
  if (verdict === 'partial') return 'Model verified in part';
  if (verdict === 'advertised')
    return 'Digests of the model are as signed, as its store states them: advertised, not verified';
  return verb === 'sign' ? 'Model signed' : 'Model verified';
}

function bodyOf(model: string, outcome: Outcome): string[] {
  const named = row('model', code(model));
  if (outcome.kind === 'failed')
    return [table([named, ...problemRows(outcome.problem)]), ...differenceTable(outcome.problem)];
  if (outcome.kind === 'done') return [table([named, ...factRows(outcome.result)])];
  const { refusal, policy } = outcome.result;
  return [
    table([
      named,
      row('refused', code(refusal.message)),
      row('code', code(refusal.code)),
      row('policy', code(policy.file)),
    ]),
  ];
}

function factRows(result: SignResult | VerifyResult): string[] {
  const {
    signer,
    rootDigest,
    resourceCount,
    bytes,
    serialization,
    signature,
    warnings,
    source,
    ignored,
    externalLinks,
  } = result;
  const noun = serialization.method === 'files' ? 'file' : 'shard';
  const isVerified = result.command === 'verify';
  return [
    ...(isVerified ? [row('verdict', code(result.verdict))] : []),
    row('signer', code(signerLine(signer))),
    row('root digest', code(rootDigest)),
    row('content', `${formatCount(resourceCount, noun)}, ${formatSize(bytes)} read`),
    ...(isVerified && result.checked.unchecked > 0
      ? [row('not looked at', formatCount(result.checked.unchecked, 'file'))]
      : []),
    ...(source === undefined ? [] : [row('source', code(source.pinned))]),
    row('signature', code(signature)),
    ...listRow(isVerified ? 'ignored, not verified' : 'ignored, not signed', ignored),
    ...(isVerified ? listRow('unsigned, not verified', result.unsigned) : []),
    ...listRow('links out of the model', externalLinks),
    ...warnings.slice(0, MAX_LISTED).map(({ message }) => row('warning', code(message))),
  ];
}

function problemRows({ code: errorCode, requirement, message, hints }: Problem): string[] {
  return [
    row('reason', code(message)),
    row('code', code([errorCode, requirement].filter(Boolean).join(' '))),
    ...hints.slice(0, MAX_LISTED).map((hint) => row('hint', code(hint))),
  ];
}

function differenceTable({ differences }: Problem): string[] {
  if (differences.length === 0) return [];
  const shown = differences.slice(0, MAX_LISTED);
  const names = printableNames(shown.map(({ path }) => path));
  const rows = shown.map((difference, i) => row(difference.kind, code(`${names[i]}${change(difference)}`)));
  const rest = differences.length - shown.length;
  return [table([...rows, ...(rest > 0 ? [row('', `and ${groupDigits(rest)} more`)] : [])])];
}

function change(difference: Difference): string {
  return printable(describeChange(difference));
}

function listRow(label: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const shown = printableNames(names.slice(0, MAX_LISTED)).map(code).join(', ');
  return [
    row(label, names.length > MAX_LISTED ? `${shown} and ${groupDigits(names.length - MAX_LISTED)} more` : shown),
  ];
}

function table(rows: readonly string[]): string {
  return `<table>\n${rows.join('\n')}\n</table>`;
}

/** @param value HTML */
function row(label: string, value: string): string {
  return `<tr><td>${label}</td><td>${value}</td></tr>`;
}

/** A text from outside. */
function code(text: string): string {
  return `<code>${escapeHtml(printable(text))}</code>`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] as string);
}
