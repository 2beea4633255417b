import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadPolicy } from './load.ts';
import { isInOtherCase, matchRule } from './match.ts';
import { readNamePattern } from './name-pattern.ts';
import type { Policy } from './policy.ts';
import { fullPolicy } from './testing/documents.ts';

/** A policy with one rule for each of these patterns. */
function policyFor(...patterns: string[]): Promise<Policy> {
  const models = patterns.map((pattern) => ({ match: [pattern], require: { signedBy: ['alice'] } }));
  return loadPolicy(JSON.stringify({ ...fullPolicy(), models }));
}

async function isMatched(pattern: string, name: string): Promise<boolean> {
  const policy = await policyFor(pattern);
  try {
    return matchRule(policy, name).pattern === pattern;
  } catch (error) {
    expect(error).toMatchObject({ code: 'policy/no-rule' });
    return false;
  }
}

describe('the rule for a name', () => {
  it('the first rule that matches decides, whatever comes later', async () => {
    const policy = await policyFor('/srv/models/m', '/srv/models/*', '/srv/**');
    expect(matchRule(policy, '/srv/models/m').index).toBe(0);
    expect(matchRule(policy, '/srv/models/n')).toMatchObject({ index: 1, pattern: '/srv/models/*' });
    expect(matchRule(policy, '/srv/a/b/c').index).toBe(2);
  });

  it('a name that no rule is for is refused', async () => {
    const policy = await policyFor('/srv/models/*');
    expect(() => matchRule(policy, '/srv/other')).toThrow(expect.objectContaining({ code: 'policy/no-rule' }));
    expect(() => matchRule(policy, '/srv/other')).toThrow('no rule of the policy is for "/srv/other"');
  });

  it.each([
    // A pattern without a revision matches every one.
    ['hf://acme/m', 'hf://acme/m', true],
    ['hf://acme/m', 'hf://acme/m@v1', true],
    ['hf://acme/*', 'hf://acme/m@refs/pr/1', true],
    ['oci://host:5000/m', 'oci://host:5000/m:v1', true],
    ['oci://host/**', `oci://host/a/b:v1@sha256:${'0'.repeat(64)}`, true],
    ['**', 'hf://acme/m@v1', true],
    ['**/m', 'oci://host/m:v1', true],
    // A pattern with a revision matches only names that are written with it, or leave open what it means.
    ['hf://acme/m@v1', 'hf://acme/m@v1', true],
    ['hf://acme/m@v1', 'hf://acme/m@v2', false],
    ['hf://acme/m@v1', 'hf://acme/m', false],
    ['hf://acme/m@main', 'hf://acme/m', true],
    ['hf://acme/m@v*', 'hf://acme/m@v2', true],
    ['oci://host/m:v1', 'oci://host/m:v2', false],
    ['oci://host/m:latest', 'oci://host/m', true],
    ['oci://host/m:v1', `oci://host/m:v1@sha256:${'0'.repeat(64)}`, false],
    // A wildcard for the repository does not reach into the revision.
    ['hf://acme/*-safe', 'hf://acme/m@evil-safe', false],
    ['oci://host/*', 'oci://host/a/b', false],
  ])('whether the pattern %s matches %s is %s', async (pattern, name, expected) => {
    expect(await isMatched(pattern, name)).toBe(expected);
  });

  it.each([
    ['HF://acme/m', 'hf://acme/m'],
    ['hf://models/acme/m', 'hf://acme/m'],
    ['hf://models/acme/m@a/b', 'hf://acme/m@a/b'],
    ['oci://HOST.example/m', 'oci://host.example/m'],
    ['c:\\models\\m', 'C:/models/m'],
  ])('the name %s is matched as %s, in patterns as well', async (name, usual) => {
    expect(await isMatched(usual, name)).toBe(true);
    expect(await isMatched(name.startsWith('c:') ? 'c:/models/m' : name, usual)).toBe(true);
  });

  it.each([
    '/srv/models/../quarantine/m',
    '/srv/models/./m',
    '/srv//models/m',
    '/srv/models/m/',
    '',
    '/',
    '/srv/\nm',
    '/srv/\ud800',
    'hf://acme/m@',
    'hf://acme/../m',
    '/'.concat('x'.repeat(5000)),
  ])(
    'the name %j is refused by a rule for everything, since a second spelling could miss an earlier rule',
    async (name) => {
      const policy = await policyFor('**');
      expect(() => matchRule(policy, name)).toThrow(expect.objectContaining({ code: 'policy/no-rule' }));
    },
  );

  it.each([
    '/srv/mod?l',
    '/srv/[ab]/m',
    'hf://{acme,other}/m',
    '/srv/***',
    '~/models/**',
    '!/srv/models',
    '*://acme/m',
    '/srv/models/',
    '/srv/../models',
    '/srv//m',
    'hf://acme/m@',
    'oci://**:v1',
    'a/\u0000',
    '*/'.repeat(17).concat('a'),
  ])('the pattern %j is refused, since it would not match as it is meant', (pattern) => {
    expect(readNamePattern(pattern)).toEqual(expect.stringMatching(/^(?:it|") ?/));
  });

  it.each([
    ['hf://acme/Broken', 'a rule that rejects'],
    ['hf://ACME/broken@v1', 'a rule that rejects'],
    ['hf://acme/CROWN-jewel', 'a stricter rule'],
    ['hf://Acme/model', 'the only rule'],
    ['oci://registry.example/acme/Model:v1', 'the only rule'],
  ])('the name %s does not miss %s by its case, which a hub ignores', async (name) => {
    const policy = await loadPolicy(
      JSON.stringify({
        ...fullPolicy(),
        models: [
          { match: ['hf://acme/broken', 'hf://acme/bad-*'], reject: true },
          { match: ['hf://acme/crown-jewel'], require: { signedBy: ['alice'], strict: true } },
          { match: ['hf://acme/*', 'oci://registry.example/acme/model'], require: { signedBy: ['alice'] } },
        ],
      }),
    );
    expect(() => matchRule(policy, name)).toThrow(
      expect.objectContaining({ code: 'policy/no-rule', message: expect.stringContaining('in another case') }),
    );
    expect(isInOtherCase(policy, name)).toBe(true);
    const usual = name.toLowerCase();
    expect([isInOtherCase(policy, usual), matchRule(policy, usual).index]).toEqual([false, expect.any(Number)]);
  });

  it.each(['/srv/Models/m', 'acme/Model'])('case counts in the name %s, which is in no store', async (name) => {
    const policy = await policyFor(name.toLowerCase());
    expect(isInOtherCase(policy, name)).toBe(false);
    expect(() => matchRule(policy, name)).toThrow(/no rule of the policy is for/);
  });

  it('the case of a revision counts', async () => {
    const policy = await policyFor('hf://acme/m@V1');
    expect(isInOtherCase(policy, 'hf://acme/m@v1')).toBe(false);
  });

  it('any name and any pattern give a verdict or a refusal with a code', async () => {
    const policy = await policyFor('hf://**', 'oci://*/m:*', '/srv/**');
    const starts = fc.constantFrom('', 'hf://', 'oci://', 'oci://h/', '/', 'C:\\');
    fc.assert(
      fc.property(starts, fc.string({ unit: 'binary' }), (start, text) => {
        readNamePattern(start + text);
        try {
          matchRule(policy, start + text);
        } catch (error) {
          expect(error).toMatchObject({ code: 'policy/no-rule' });
        }
      }),
      { numRuns: 2000 },
    );
  });
});
