// What came of a check, for people.
import { isOmsError, printable, quote, type Verification, type Warning } from '@model-signing/core';
import type { PolicyEvaluation } from '@model-signing/policy';
import { adviceOn, reasonOf } from './advice.ts';
import type { Outcome } from './check.ts';
import type { Claims } from './claims.ts';
import { differenceTable } from './difference-table.ts';
import { button, facts, listOf, make } from './dom.ts';
import { type Circumstances, resultJson } from './result-json.ts';
import { pathWords, signerWords, timeWords, validityWords } from './signer-words.ts';
import { counted, durationText, listed, resourcesText, sentence, sizeText, timeText } from './text.ts';

export interface Actions {
  /** Fills in whom to expect, which verifies nothing yet. */
  expect(identity: string, issuer: string): void;
}

/** Makes the elements of a result. The first is its heading, which takes the focus. */
export function resultElements(outcome: Outcome, circumstances: Circumstances, actions: Actions): HTMLElement[] {
  const made = elementsOf(outcome, circumstances, actions);
  return outcome.kind === 'cancelled' ? made : [...made, jsonElement(outcome, circumstances)];
}

function elementsOf(outcome: Outcome, circumstances: Circumstances, actions: Actions): HTMLElement[] {
  switch (outcome.kind) {
    case 'accepted':
      return acceptedElements(outcome.verification, outcome.policy, circumstances);
    case 'refused': {
      const { error, policy } = outcome;
      const notEnforced = policy !== null && !policy.enforced;
      const advice = notEnforced
        ? ['The policy refuses it, and says that it is not enforced yet. Nothing is verified.']
        : adviceOn(error, circumstances.signatures);
      const differences = isOmsError(error) ? error.differences : [];
      return [
        verdict('refused', '✗ Refused', reasonOf(error), ...advice),
        ...(differences.length > 0 ? [differenceTable(differences)] : []),
        facts([
          ['Code', make('code', {}, error.code)],
          ['Checked', checkedText(circumstances)],
        ]),
        ...policyElements(policy),
      ];
    }
    case 'claims':
      return claimElements(outcome.claims, actions);
    case 'cancelled':
      return [verdict('stopped', 'Cancelled', 'Nothing is known about the model.')];
    case 'failed':
      return [
        verdict('refused', '✗ Not checked', sentence(printable(outcome.message)), 'Nothing is known about the model.'),
      ];
  }
}

function verdict(kind: string, title: string, ...texts: readonly string[]): HTMLElement {
  const heading = make('h2', { id: 'result-title', tabindex: '-1' }, title);
  return make('div', { class: `verdict ${kind}` }, heading, ...texts.map((text) => make('p', {}, text)));
}

function acceptedElements(
  {
    verdict: word,
    signer,
    subjectName,
    resources,
    rootDigest,
    serialization,
    listing,
    ignored,
    unsigned,
    warnings,
  }: Verification,
  policy: PolicyEvaluation | null,
  circumstances: Circumstances,
): HTMLElement[] {
  const by = `signed by ${signerWords(signer)}`;
  const head =
    word === 'verified'
      ? verdict('verified', '✓ Verified', `Every file is what was ${by}.`)
      : verdict('partial', '◐ Partly verified', `The signed files are what was ${by}.`, partialText(listing));
  const certificates = pathWords(signer);
  return [
    head,
    make('h3', {}, 'Who and when'),
    facts([
      ['Signed by', signerWords(signer)],
      ['Signed at', timeWords(signer)],
      ['Certificate valid', validityWords(signer)],
      ['Certificates', certificates.length > 0 ? listOf('ol', certificates) : null],
      ['Name', subjectName === null ? null : `${quote(subjectName)}, by the signer: nothing checks it`],
    ]),
    make('h3', {}, 'What'),
    facts([
      ['Signed', resourcesText(resources.length, serialization.method)],
      ['Checked', checkedText(circumstances)],
      ['Root digest', make('code', {}, rootDigest)],
      ['Left out', ignored.length === 0 ? 'nothing' : null],
      [
        'Not seen',
        circumstances.isFolder ? 'links to other files: browsers hide them, so an added one goes unnoticed' : null,
      ],
    ]),
    ...namesElement('Left out, hence not verified', ignored, circumstances.signatures),
    ...namesElement('Accepted without being signed', unsigned),
    ...warningElements(warnings),
    ...policyElements(policy),
  ];
}

/** Chromium shows all files only of a folder that is dropped on a page from a server. */
const INCOMPLETE =
  'The browser may not have shown all files of the folder, so others may have been added. Drop the folder on the page at its address, not on a saved copy, or use the command, to find out.';

function partialText(listing: Verification['listing']): string {
  return listing === 'incomplete' ? INCOMPLETE : 'Not all files were looked at.';
}

function checkedText({ seconds, bytes, checkedAt }: Circumstances): string {
  return `${sizeText(bytes)} read in ${durationText(seconds)}, at ${timeText(checkedAt)}`;
}

function namesElement(title: string, names: readonly string[], signatures: readonly string[] = []): HTMLElement[] {
  if (names.length === 0) return [];
  const shown = names.map((name) => `${printable(name)}${signatures.includes(name) ? ' (the signature)' : ''}`);
  const summary = make('summary', {}, `${title}: ${names.length.toLocaleString('en')}`);
  const details = make('details', {}, summary, listOf('ul', shown));
  details.open = names.length <= 10;
  return [details];
}

function warningElements(warnings: readonly Warning[]): HTMLElement[] {
  if (warnings.length === 0) return [];
  return [
    make('h3', {}, 'Warnings'),
    listOf(
      'ul',
      warnings.map(({ message }) => sentence(printable(message))),
    ),
  ];
}

function policyElements(policy: PolicyEvaluation | null): HTMLElement[] {
  if (policy === null) return [];
  const counting = policy.counted.map(
    ({ signer, signature, identity }) => `${signer}: ${quote(signature)}, signed by ${signerWords(identity)}`,
  );
  const others = policy.notCounted.map(({ signature, message }) => `${quote(signature)}: ${printable(message)}`);
  return [
    make('h3', {}, 'The policy'),
    facts([
      ['Model', quote(policy.name)],
      ['Rule for', policy.pattern === null ? 'no rule' : quote(policy.pattern)],
      ['Needs', counted(policy.threshold, 'signer')],
      ['Counted', counting.length > 0 ? listOf('ul', counting) : 'none'],
      ['Not counted', others.length > 0 ? listOf('ul', others) : null],
    ]),
  ];
}

function claimElements(claims: readonly Claims[], { expect }: Actions): HTMLElement[] {
  const head = verdict(
    'claimed',
    '? Not verified: this is only a claim',
    'Anyone can write a signature that says this. No signature was verified, and no file was compared.',
  );
  return [
    head,
    ...claims.flatMap(({ file, signer, expected, certificates, times, model, resources, ignored }) => [
      make('h3', {}, `What ${quote(file)} says`),
      facts([
        ['Claims', resources === null ? signer : `to be signed by ${signer}`],
        ['Certificates', certificates.length > 0 ? listOf('ol', certificates) : null],
        ['Logged at', times.length > 0 ? listed(times.map(timeText), 10).join(', ') : null],
        ['Name', model],
        ['Lists', resources],
        ['Leaves out', ignored.length > 0 ? listOf('ul', ignored) : null],
      ]),
      ...(expected === null
        ? []
        : [
            make('p', {}, 'Is that whom you expect, and did you learn it from somewhere else than from this model?'),
            make(
              'p',
              { class: 'buttons' },
              button('Expect this identity', () => expect(expected.identity, expected.issuer)),
            ),
          ]),
    ]),
  ];
}

function jsonElement(outcome: Outcome, circumstances: Circumstances): HTMLElement {
  const status = make('span', { role: 'status' });
  const text = make('textarea', { readonly: '', 'aria-label': 'The result as JSON', spellcheck: 'false' });
  const fill = () => {
    text.value ||= resultJson(outcome, circumstances);
  };
  const copy = button('Copy', async () => {
    fill();
    try {
      await navigator.clipboard.writeText(text.value);
      status.textContent = 'Copied.';
    } catch {
      text.select();
      status.textContent = 'Selected: copy it with the keyboard.';
    }
  });
  const details = make(
    'details',
    {},
    make('summary', {}, 'The result as JSON'),
    text,
    make('p', { class: 'buttons' }, copy, status),
  );
  details.addEventListener('toggle', fill);
  return details;
}
