import { generateKeyPairSync } from 'node:crypto';
import { statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { TestInstance } from '@model-signing/testing/sigstore-instance';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { anchors } from './generated/anchors.ts';
import { loadTrust } from './load-trust.ts';
import { trustCacheFile } from './node/trust-cache.ts';
import { refusal } from './testing/refusal.ts';
import { temporaryDirectory, trustedRepository } from './testing/trusted-repository.ts';

/** Names of the logs that are trusted. */
async function logsOf(source: Parameters<typeof loadTrust>[0]): Promise<string[]> {
  const { materials } = await loadTrust(source);
  return materials.flatMap(({ tlogs }) => tlogs.map(({ baseURL }) => baseURL));
}

const ours = ['https://log-1.example', 'https://log-2.example'];
const publicGood = anchors['public-good'];

/** A trust root of a test instance without its second log. */
function smaller(root: { tlogs: unknown[] }): string {
  root.tlogs.pop();
  return JSON.stringify(root);
}

describe('the trust root of the public instance', () => {
  it('the public instance is trusted without network access', async () => {
    const source = { instance: 'public-good', cacheDirectory: temporaryDirectory() } as const;
    expect(await logsOf(source)).toContain('https://rekor.sigstore.dev');
    expect((await loadTrust(source)).notices).toEqual([]);
  });

  it('the public instance gives a notice if its trust root has expired', async () => {
    vi.useFakeTimers({ now: Date.parse(publicGood.expires) + 1, toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const { notices } = await loadTrust({ instance: 'public-good', cacheDirectory: temporaryDirectory() });
    expect(notices).toEqual([
      { code: 'signer/trust-outdated', message: expect.stringContaining(`from ${publicGood.source}`) },
    ]);
    expect(notices[0]?.message).toContain(publicGood.expires.slice(0, 10));
  });

  it('every anchor is a root of The Update Framework that signed itself', async () => {
    const { UpdateChain } = await import('./node/update-chain.ts');
    for (const { root, version } of Object.values(anchors)) {
      expect(new UpdateChain(Buffer.from(root)).root.version).toBe(version);
    }
  });
});

describe.skipIf(process.platform === 'win32')(
  'where fetched trust roots are kept (skipped on Windows, which has no HOME)',
  () => {
    it.each(['', 'cache', './cache'])(
      'a fetched trust root is never kept beside the model, even if the cache variables are %j',
      (place) => {
        vi.stubEnv('HOME', place);
        vi.stubEnv('XDG_CACHE_HOME', place);
        onTestFinished(() => void vi.unstubAllEnvs());
        expect(trustCacheFile('public-good')).toBeNull();
      },
    );

    it('a fetched trust root is kept in the home directory or in XDG_CACHE_HOME', () => {
      vi.stubEnv('HOME', '/places/user');
      vi.stubEnv('XDG_CACHE_HOME', '');
      onTestFinished(() => void vi.unstubAllEnvs());
      expect(trustCacheFile('staging')).toMatch(
        /^\/places\/user\/(?:\.cache|Library\/Caches)\/model-signing\/staging\.json$/,
      );
    });
  },
);

describe('fetched trust roots', () => {
  async function published() {
    const world = await trustedRepository('staging');
    world.repository.publish(JSON.stringify(world.services.instance.trustedRoot()));
    return world;
  }

  it('a fetched trust root is kept and used without network access', async () => {
    const { services, refresh, source } = await published();
    await refresh();
    services.stop();
    expect(await logsOf(source)).toEqual(ours);
    expect((await loadTrust(source)).notices).toEqual([]);
  });

  it('loading the trust root of the staging instance fails if none was fetched', async () => {
    const { source } = await published();
    await refusal('signer/trust-missing', () => loadTrust(source));
  });

  it('a fetched trust root is replaced by a newer one, through all roots in between', async () => {
    const { services, repository, refresh, source } = await published();
    await refresh();
    repository.rotate({ keys: generateKeyPairSync('ed25519') });
    repository.rotate();
    repository.publish(smaller(services.instance.trustedRoot()), { version: 2 });
    await refresh();
    expect(await logsOf(source)).toEqual([ours[0]]);
  });

  it('a fetched trust root starts at version 1 again when the keys of the timestamp were replaced', async () => {
    const { services, repository, refresh, source } = await published();
    repository.publish(JSON.stringify(services.instance.trustedRoot()), { version: 1000 });
    await refresh();
    repository.rotate({ keys: generateKeyPairSync('ed25519') });
    repository.publish(smaller(services.instance.trustedRoot()), { version: 1 });
    await refresh();
    expect(await logsOf(source)).toEqual([ours[0]]);
  });

  it.each([
    ['signed by another key', { version: 2, keys: generateKeyPairSync('ed25519') }, 'was signed by 0/1 keys'],
    ['older than the last', { version: 1 }, 'its timestamp is older'],
    ['whose timestamp has expired', { version: 3, days: { timestamp: -1 } }, 'its timestamp expired'],
    ['whose snapshot has expired', { version: 3, days: { snapshot: -1 } }, 'its snapshot expired'],
    ['whose targets have expired', { version: 3, days: { targets: -1 } }, 'its targets expired'],
  ] as const)('a fetched trust root is not replaced by one that is %s', async (_, publication, why) => {
    const { services, repository, refresh, source } = await published();
    repository.publish(JSON.stringify(services.instance.trustedRoot()), { version: 2 });
    await refresh();
    repository.publish(smaller(services.instance.trustedRoot()), publication);
    const { message } = await refusal('signer/service-failed', refresh);
    expect(message).toContain(why);
    expect(await logsOf(source)).toEqual(ours);
  });

  it('a fetched trust root is not replaced by an unusable one', async () => {
    const { repository, refresh, source } = await published();
    await refresh();
    repository.publish('{}', { version: 2 });
    await refusal('signer/trust-unreadable', refresh);
    expect(await logsOf(source)).toEqual(ours);
  });

  it.each([
    ['roots without end', '/2.root.json', () => ({ body: Buffer.alloc(600_000, ' ') }), 'more than 512000 bytes'],
    ['a redirect', '/timestamp.json', () => ({ status: 302, headers: { location: '/x' } }), 'redirects'],
    ['a failing mirror', '/2.root.json', () => ({ status: 500 }), 'status 500'],
    ['no timestamp', '/timestamp.json', () => ({ status: 404 }), 'status 404'],
    ['no JSON', '/timestamp.json', () => ({ body: '<html>' }), 'not valid JSON'],
  ])('fetching a trust root fails with %s', async (_, place, service, why) => {
    const { services, refresh } = await published();
    services.faults.set(place, service);
    expect((await refusal('signer/service-failed', refresh)).message).toContain(why);
  });

  it('a fetched trust root that cannot be kept is used all the same, with a warning', async () => {
    const { services } = await published();
    const file = path.join(temporaryDirectory(), 'file');
    writeFileSync(file, '');
    const trust = await loadTrust({ instance: 'staging', cacheDirectory: path.join(file, 'cache'), refresh: true });
    expect(trust.materials).toHaveLength(1);
    expect(trust.notices).toMatchObject([{ code: 'signer/trust-cache' }]);
    services.stop();
  });

  it.skipIf(process.platform === 'win32')(
    'what is fetched is kept for this user only, whatever the umask is (skipped on Windows, which has no modes)',
    async () => {
      const { refresh, source } = await published();
      for (const umask of [0, 0o002, 0o777]) {
        const before = process.umask(umask);
        const cacheDirectory = path.join(source.cacheDirectory, `${umask}`, 'model-signing');
        try {
          await loadTrust({ ...source, cacheDirectory, refresh: true });
        } finally {
          process.umask(before);
        }
        const modes = ['.', '..', 'staging.json'].map((name) => statSync(path.join(cacheDirectory, name)).mode & 0o777);
        expect(modes).toEqual([0o700, 0o700, 0o600]);
      }
      await refresh();
    },
  );
});

describe('trust roots of the caller', () => {
  // biome-ignore lint/suspicious/noExplicitAny: a test changes whatever it likes
  type Loose = any;
  const changes: [fault: string, change: (root: Loose) => void][] = [
    ['without media type', (root) => delete root.mediaType],
    ['of another media type', (root) => Object.assign(root, { mediaType: 'application/json' })],
    ['without an authority', (root) => Object.assign(root, { certificateAuthorities: [] })],
    ['without a log', (root) => delete root.tlogs],
    ['whose log has no period of validity', (root) => delete root.tlogs[0].publicKey.validFor],
    ['whose log has an invalid start', (root) => (root.tlogs[0].publicKey.validFor = { start: 'soon' })],
    [
      'whose log has an invalid end',
      ({ ctlogs: [{ publicKey }] }) => (publicKey.validFor = { ...publicKey.validFor, end: 'late' }),
    ],
    ['whose log has no ID', (root) => delete root.tlogs[0].logId],
    ['whose log has no key', (root) => delete root.tlogs[0].publicKey],
    ['whose authority has an invalid start', (root) => (root.certificateAuthorities[0].validFor = { start: '' })],
    ['whose authority has no certificate', (root) => (root.certificateAuthorities[0].certChain.certificates = [])],
    ['whose timestamp authority has no certificate', (root) => delete root.timestampAuthorities[0].certChain],
    ['whose log has an invalid key', (root) => Object.assign(root.tlogs[0].publicKey, { rawBytes: 'AAAA' })],
    ['whose authority has no chain', (root) => Object.assign(root.certificateAuthorities[0], { certChain: undefined })],
  ];
  it.each(changes)('a trust root %s is refused', async (_, change) => {
    const root = new TestInstance().trustedRoot();
    change(root);
    const { message } = await refusal('signer/trust-unreadable', () =>
      loadTrust({ trustedRoot: JSON.stringify(root) }),
    );
    expect(message).not.toMatch(/undefined|read properties/);
  });

  it.each(['', 'no', '[]', 'null', '1'])('a trust root that is %j is refused', async (trustedRoot) => {
    await refusal('signer/trust-unreadable', () => loadTrust({ trustedRoot }));
    await refusal('signer/trust-unreadable', () => loadTrust({ trustConfig: trustedRoot }));
  });

  it('a trust configuration needs its media type', async () => {
    const trustedRoot = new TestInstance().trustedRoot();
    const config = { mediaType: 'application/vnd.dev.sigstore.clienttrustconfig.v0.1+json', trustedRoot };
    expect(await logsOf({ trustConfig: JSON.stringify(config) })).toEqual(ours);
    for (const mediaType of [
      'application/json',
      config.mediaType.replace('0.1', '0.2'),
      config.mediaType.slice(0, 53),
    ]) {
      const other = JSON.stringify({ ...config, mediaType });
      await refusal('signer/trust-unreadable', () => loadTrust({ trustConfig: other }));
    }
  });

  it.each(['\uFEFF', '\n ', ''])('a trust root may begin with %j', async (start) => {
    const text = start + JSON.stringify(new TestInstance().trustedRoot());
    expect(await logsOf({ trustedRoot: text })).toEqual(ours);
    expect(await logsOf({ trustedRoot: Buffer.from(text) })).toEqual(ours);
  });

  it('a trust root that is not UTF-8 is refused', async () => {
    const utf16 = Buffer.from(JSON.stringify(new TestInstance().trustedRoot()), 'utf16le');
    await refusal('signer/trust-unreadable', () => loadTrust({ trustedRoot: Buffer.from([0xff, 0xfe, ...utf16]) }));
  });

  it('a file of trust roots, one a line, is read whole, with any line breaks', async () => {
    const line = JSON.stringify(new TestInstance().trustedRoot());
    for (const text of [`${line}\n${line}`, `\uFEFF${line}\r\n\r\n${line}\r\n`]) {
      expect((await loadTrust({ trustedRoot: text })).materials).toHaveLength(2);
    }
    expect((await loadTrust({ trustedRoot: `${line}\n` })).materials).toHaveLength(1);
    expect((await loadTrust({ trustedRoot: JSON.stringify(JSON.parse(line), null, 2) })).materials).toHaveLength(1);
  });

  it('a trust root without a log, as GitHub has one, is read beside another, but not alone', async () => {
    const root = new TestInstance().trustedRoot();
    const line = JSON.stringify(root);
    const other = JSON.stringify({ ...root, tlogs: [], ctlogs: [] });
    expect(await logsOf({ trustedRoot: `${other}\n${line}\n` })).toEqual(ours);
    await refusal('signer/trust-unreadable', () => loadTrust({ trustedRoot: `${other}\n${other}` }));
    await refusal('signer/trust-unreadable', () => loadTrust({ trustedRoot: other }));
  });

  it('a file of trust roots with a bad line is refused, and the line named', async () => {
    const line = JSON.stringify(new TestInstance().trustedRoot());
    const attempt = (text: string) => refusal('signer/trust-unreadable', () => loadTrust({ trustedRoot: text }));
    expect((await attempt(`${line}\n{}`)).message).toContain('trust root on line 2');
    expect((await attempt(`${line}\nno`)).message).toContain('trust root on line 2');
    expect((await attempt(`${line}\n`.repeat(17))).message).toContain('at most 16');
  });

  it('only trust roots are read from a file of several documents', async () => {
    const lines = '{"a":1}\n{"a":2}\n';
    const { message } = await refusal('signer/trust-unreadable', () => loadTrust({ trustConfig: lines }));
    expect(message).toContain('2 JSON documents, one a line');
  });
});
