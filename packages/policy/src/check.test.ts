import { describe, expect, it } from 'vitest';
import { checkPolicy } from './check.ts';
import { loadPolicy } from './load.ts';
import { fullPolicy, keys } from './testing/documents.ts';

// biome-ignore lint/suspicious/noExplicitAny: a test may forge any value
type Forged = any;

/** The problems of a policy without problems after a change. */
async function problemsAfter(change: (document: Forged) => void, now?: Date) {
  const document = structuredClone(fullPolicy()) as Forged;
  change(document);
  return checkPolicy(await loadPolicy(JSON.stringify(document)), { now });
}

const accept = (...match: string[]) => ({ match, require: { signedBy: ['alice'] } });

describe('the check of a policy', () => {
  it('a policy that uses every member of the format has no problem', async () => {
    expect(await problemsAfter(() => {})).toEqual([]);
  });

  it.each<[string, string, string, string, (document: Forged) => void]>([
    [
      'a rule behind a wider one',
      'unreachable-rule',
      'error',
      '/models/5',
      (d) => {
        d.models.push(accept('hf://acme/m'));
      },
    ],
    [
      'a rule behind two that each match a part',
      'unreachable-rule',
      'error',
      '/models/5',
      (d) => {
        d.models.push(accept('hf://acme/m', '/srv/models/m'));
      },
    ],
    [
      'a revision behind a pattern for every one',
      'unreachable-rule',
      'error',
      '/models/5',
      (d) => {
        d.models.push(accept('hf://acme/m@v1'));
      },
    ],
    [
      'a rule for a name that was rejected',
      'unreachable-rule',
      'error',
      '/models/5',
      (d) => {
        d.models.push(accept('/srv/models/quarantine/m'));
      },
    ],
    [
      'a pattern behind a wider one',
      'unreachable-pattern',
      'error',
      '/models/5/match/1',
      (d) => {
        d.models.push(accept('/opt/m', 'hf://acme/m'));
      },
    ],
    [
      'a pattern beside a wider one',
      'unreachable-pattern',
      'warning',
      '/models/5/match/1',
      (d) => {
        d.models.push(accept('/opt/*', '/opt/m'));
      },
    ],
    [
      'a pattern for every name',
      'matches-everything',
      'error',
      '/models/5/match/0',
      (d) => {
        d.models.push(accept('**'));
      },
    ],
    [
      'a pattern for every path',
      'matches-everything',
      'error',
      '/models/5/match/0',
      (d) => {
        d.models.push(accept('/**'));
      },
    ],
    [
      'a pattern for every path below a directory',
      'matches-everything',
      'error',
      '/models/5/match/0',
      (d) => {
        d.models.push(accept('/*/**'));
      },
    ],
    [
      'a pattern for every hub model',
      'matches-everything',
      'error',
      '/models/5/match/0',
      (d) => {
        d.models.push(accept('hf://*/*'));
      },
    ],
    [
      'a pattern for every registry',
      'matches-everything',
      'error',
      '/models/5/match/0',
      (d) => {
        d.models.push(accept('oci://**'));
      },
    ],
    [
      'a pattern for a relative path',
      'chosen-names-only',
      'warning',
      '/models/5/match/0',
      (d) => {
        d.models.push(accept('models/*'));
      },
    ],
    [
      'a revision that is rejected',
      'rejects-one-revision',
      'warning',
      '/models/0/match/2',
      (d) => {
        d.models[0].match.push('hf://bad/m@v1');
      },
    ],
    [
      'a pattern for every identity',
      'identity-matches-everything',
      'error',
      '/signers/release/identity/pattern',
      (d) => {
        d.signers.release.identity = { pattern: '.*' };
      },
    ],
    [
      'a pattern for every identity in other words',
      'identity-matches-everything',
      'error',
      '/signers/release/identity/pattern',
      (d) => {
        d.signers.release.identity = { pattern: '(?s)(.+|x)' };
      },
    ],
    [
      'a dot that matches every character',
      'unescaped-dot',
      'warning',
      '/signers/release/identity/pattern',
      (d) => {
        d.signers.release.identity = { pattern: 'https://github.com/acme/.*' };
      },
    ],
    [
      'a certificate of anyone',
      'any-certificate',
      'warning',
      '/signers/corp-ca',
      (d) => {
        d.signers['corp-ca'] = {
          method: 'certificate',
          trusted: d.signers['corp-ca'].trusted,
          timestampRoots: d.signers['corp-ca'].timestampRoots,
        };
      },
    ],
    [
      'two names for one key',
      'same-signer',
      'error',
      '/signers/bob',
      (d) => {
        d.signers.bob.publicKey = keys.alice.publicKey;
        d.models[4].require.threshold = 1;
      },
    ],
    [
      'a signer that no rule names',
      'unused-signer',
      'warning',
      '/signers/eve',
      (d) => {
        d.signers.eve = { method: 'key', publicKey: keys.eve.publicKey };
      },
    ],
    [
      'a signer whose time is over',
      'expired-signer',
      'warning',
      '/signers/alice/validUntil',
      (d) => {
        d.signers.alice.validUntil = '2020-01-01';
      },
    ],
    [
      'a threshold above the signers',
      'threshold-unreachable',
      'error',
      '/models/4/require/threshold',
      (d) => {
        d.models[4].require.threshold = 3;
      },
    ],
    [
      'a time that a key cannot have',
      'no-verified-time',
      'error',
      '/models/2/require/signedBy',
      (d) => {
        d.models[2].require.timestamp = 'required';
      },
    ],
    [
      'a period without a moment',
      'empty-period',
      'error',
      '/models/3/require/signedBefore',
      (d) => {
        d.models[3].require.signedBefore = '2026-01-01';
      },
    ],
    [
      'a pinned digest that is revoked',
      'pinned-and-revoked',
      'error',
      '/models/3/require/rootDigests',
      (d) => {
        d.revoked.rootDigests.push('b'.repeat(64));
      },
    ],
  ])('%s is the problem %s', async (_what, code, severity, pointer, change) => {
    expect(await problemsAfter(change)).toMatchObject([{ code, severity, pointer }]);
  });

  it('two names for one key are one signer for a threshold', async () => {
    const problems = await problemsAfter((document) => {
      document.signers.bob.publicKey = keys.alice.publicKey;
    });
    expect(problems.map(({ code }) => code)).toEqual(['same-signer', 'threshold-unreachable']);
  });

  it('a pattern for identities counts once for a threshold', async () => {
    const problems = await problemsAfter((document) => {
      document.models[1].require.threshold = 2;
    });
    expect(problems).toMatchObject([
      { code: 'threshold-unreachable', message: '2 signers must have signed, and the rule names 1' },
    ]);
  });

  it('a rule that rejects every other name at the end is no problem', async () => {
    expect(await problemsAfter((document) => document.models.push({ match: ['**'], reject: true }))).toEqual([]);
  });

  it('certificates that have expired are a problem of their signer', async () => {
    const problems = await problemsAfter(() => {}, new Date('2080-01-01'));
    expect(problems).toMatchObject([{ code: 'expired-signer', pointer: '/signers/corp-ca' }]);
  });

  it('a policy with thousands of patterns that begin alike is checked, and says what was not', async () => {
    const many = await problemsAfter((document) => {
      document.models = Array.from({ length: 4000 }, (_, i) => accept(`/srv/*/${i}`));
      document.signers = { alice: document.signers.alice };
      delete document.revoked;
    });
    expect(many).toMatchObject([{ code: 'not-compared', severity: 'warning' }]);
  });

  it('the place of a problem is a JSON pointer in the document', async () => {
    const [problem] = await problemsAfter((document) => document.models.push(accept('hf://acme/m')));
    expect(problem?.message).toBe(
      'no model reaches this rule: "hf://acme/*" at /models/1/match/0 comes first, and matches all that "hf://acme/m" matches',
    );
  });
});
