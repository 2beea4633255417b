import { quote } from '@model-signing/core';
import { unescapedDot } from './identity-pattern.ts';
import type { ExpectedText, Policy, PolicySigner } from './policy.ts';
import type { PolicyProblem, PolicyProblemCode } from './problem.ts';
import { step } from './refusal.ts';
import { signerKey } from './same-signer.ts';

/** What is wrong with the signers. */
export function signerProblems(policy: Policy, now: Date): PolicyProblem[] {
  const used = new Set(
    policy.rules.flatMap(({ require }) => [
      ...(require?.signedBy ?? []),
      ...(require?.attestations.flatMap(({ signedBy }) => signedBy) ?? []),
    ]),
  );
  const known = new Map<string, string>();
  return [...policy.signers.values()].flatMap((signer) => {
    const { name } = signer;
    const problems = [...expiry(signer, now), ...conditions(signer)];
    const key = signerKey(signer);
    const other = known.get(key);
    known.set(key, other ?? name);
    if (other !== undefined) {
      problems.push(
        problem(
          signer,
          'same-signer',
          'error',
          '',
          `${quote(name)} and ${quote(other)} are one signer under two names`,
        ),
      );
    }
    if (!used.has(name)) {
      problems.push(problem(signer, 'unused-signer', 'warning', '', `no rule names the signer ${quote(name)}`));
    }
    return problems;
  });
}

function problem(
  { name }: PolicySigner,
  code: PolicyProblemCode,
  severity: PolicyProblem['severity'],
  member: string,
  message: string,
): PolicyProblem {
  return { code, severity, pointer: `/signers${step(name)}${member}`, message };
}

function expiry(signer: PolicySigner, now: Date): PolicyProblem[] {
  const { validUntil, name } = signer;
  if (validUntil !== null && validUntil < now) {
    const message = `the signer ${quote(name)} was valid until ${validUntil.toISOString()}`;
    return [problem(signer, 'expired-signer', 'warning', '/validUntil', message)];
  }
  if (signer.method !== 'certificate' || signer.anchors.some(({ validTo }) => validTo >= now)) return [];
  const message = `every certificate that ${quote(name)} trusts has expired`;
  return [problem(signer, 'expired-signer', 'warning', '', message)];
}

function conditions(signer: PolicySigner): PolicyProblem[] {
  if (signer.method === 'key') return [];
  const texts = (['identity', 'subject'] as const).flatMap((member) => {
    const expected =
      signer.method === 'sigstore' && member === 'subject'
        ? null
        : (signer as { [M in typeof member]: ExpectedText | null })[member];
    return expected?.kind === 'pattern' ? patternProblems(signer, expected, member) : [];
  });
  const isOpen = signer.method === 'certificate' && !signer.identity && !signer.subject && !signer.fingerprint;
  if (!isOpen) return texts;
  const message = `the signer ${quote(signer.name)} is every signer that its authorities certify: name an "identity", a "subject" or a "fingerprint" to accept one`;
  return [...texts, problem(signer, 'any-certificate', 'warning', '', message)];
}

/** What no pattern for some identities matches all of; the shortest first, since most patterns match none. */
const UNRELATED = [
  '9',
  ' ',
  '\u{10ffff}',
  'CN=x,O=y',
  'mallory@elsewhere.example',
  'https://elsewhere.example/a/b?c#d',
];

function patternProblems(signer: PolicySigner, { text, matches }: ExpectedText, member: string): PolicyProblem[] {
  const place = `/${member}/pattern`;
  if (UNRELATED.every(matches)) {
    const message = `the pattern ${quote(text)} matches every ${member}`;
    return [problem(signer, 'identity-matches-everything', 'error', place, message)];
  }
  const dot = unescapedDot(text);
  if (dot === null) return [];
  const message = `the "." in ${quote(dot)} matches any character: write "\\." for a dot, which is "\\\\." in JSON`;
  return [problem(signer, 'unescaped-dot', 'warning', place, message)];
}
