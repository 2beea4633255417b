import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { validatePolicy } from './policy/v1/index.ts';

// biome-ignore lint/suspicious/noExplicitAny: a test may forge any value
type Forged = any;

const example = readFileSync(new URL('../policy/v1/example.json', import.meta.url), 'utf8');

/** Why the example is refused after a change. */
function issueAfter(change: (document: Forged) => void) {
  const document = JSON.parse(example);
  change(document);
  const validated = validatePolicy(document);
  return validated.ok ? null : validated.issues[0];
}

describe('the validator of policies', () => {
  it('the example is accepted', () => {
    expect(issueAfter(() => {})).toBeNull();
  });

  it.each<[string, string, string, (document: Forged) => void]>([
    [
      'an unknown member',
      '/models/1/require',
      'expected no member besides signedBy, threshold',
      (d) => {
        d.models[1].require.Threshold = 1;
      },
    ],
    [
      'an unknown member at the top',
      '',
      'found "default"',
      (d) => {
        d.default = {};
      },
    ],
    [
      'an unknown mode',
      '/mode',
      'one of enforce and warn, found "off"',
      (d) => {
        d.mode = 'off';
      },
    ],
    [
      'a list of no signers',
      '/models/1/require/signedBy',
      'expected an array of 1 to 1000 names',
      (d) => {
        d.models[1].require.signedBy = [];
      },
    ],
    [
      'a signer twice',
      '/models/1/require/signedBy',
      'expected an array of 1 to 1000 names',
      (d) => {
        d.models[1].require.signedBy.push('corp-ca');
      },
    ],
    [
      'a fraction as the threshold',
      '/models/1/require/threshold',
      'how many different signers',
      (d) => {
        d.models[1].require.threshold = 1.5;
      },
    ],
    [
      'a text as a switch',
      '/models/1/require/strict',
      'whether warnings refuse the model',
      (d) => {
        d.models[1].require.strict = 'yes';
      },
    ],
    [
      'a digest in capitals',
      '/revoked/rootDigests/0',
      'a SHA-256 digest of 64 lowercase',
      (d) => {
        d.revoked.rootDigests[0] = 'A'.repeat(64);
      },
    ],
    [
      'a date with an offset',
      '/revoked/signers/bob',
      'a date in UTC',
      (d) => {
        d.revoked.signers.bob = '2026-05-01T00:00:00+02:00';
      },
    ],
    [
      'a pattern with flags',
      '/signers/release-ci/identity',
      'found "flags"',
      (d) => {
        d.signers['release-ci'].identity.flags = 'i';
      },
    ],
    [
      'a file without its path',
      '/signers/lab/trustedRootFile',
      '"path", which is absent',
      (d) => {
        delete d.signers.lab.trustedRootFile.path;
      },
    ],
    [
      'a certificate signer without anchors',
      '/signers/corp-ca',
      'exactly one of trusted and trustedFiles, found none',
      (d) => {
        delete d.signers['corp-ca'].trustedFiles;
      },
    ],
    [
      'a rule with a misspelled member',
      '/models/1',
      'exactly one of require and reject, found none; "requires" is unknown',
      (d) => {
        d.models[1].requires = d.models[1].require;
        delete d.models[1].require;
      },
    ],
    [
      'a policy with misspelled rules',
      '',
      '"models", which is absent; "model" is unknown',
      (d) => {
        d.model = d.models;
        delete d.models;
      },
    ],
    [
      'a signer without a method',
      '/signers/alice',
      '"method", which is absent',
      (d) => {
        delete d.signers.alice.method;
      },
    ],
    [
      'a signer with the members of another method',
      '/signers/alice',
      'found "issuer"',
      (d) => {
        d.signers.alice.issuer = 'x';
      },
    ],
    [
      'a name with a space',
      '/signers',
      'found "a b"',
      (d) => {
        d.signers['a b'] = d.signers.alice;
      },
    ],
    [
      'a rule that is no object',
      '/models/0',
      'exactly one of require and reject, found "**"',
      (d) => {
        d.models[0] = '**';
      },
    ],
    [
      'a rule without patterns',
      '/models/0/match',
      'expected an array of 1 to 1000 patterns',
      (d) => {
        d.models[0].match = [];
      },
    ],
  ])('a policy with %s is refused with its place and what was expected', (_what, pointer, message, change) => {
    expect(issueAfter(change)).toMatchObject({ pointer, requirement: null, message: expect.stringContaining(message) });
  });

  it.each([null, [], 'x', 1, undefined])('the value %j is no policy', (value) => {
    expect(validatePolicy(value)).toMatchObject({ ok: false, issues: [{ pointer: '' }] });
  });
});
