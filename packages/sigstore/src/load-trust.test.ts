import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TestInstance } from '@model-signing/testing/sigstore-instance';
import { TestServices } from '@model-signing/testing/sigstore-services';
import { TestUpdateRepository } from '@model-signing/testing/update-repository';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { publicGood } from './generated/public-good.ts';
import { loadTrust } from './load-trust.ts';
import { fetchTrust } from './node/fetch-trust.ts';
import { fetchedTrustFile } from './node/fetched-trust.ts';
import { refusal } from './testing/refusal.ts';

function cacheDirectory(): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'model-signing-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Names of the logs that are trusted. */
async function logsOf(source: Parameters<typeof loadTrust>[0]): Promise<string[]> {
  return (await loadTrust(source)).material.tlogs.map(({ baseURL }) => baseURL);
}

const ours = ['https://log-1.example', 'https://log-2.example'];

describe('the trust root of the public instance', () => {
  it('the public instance is trusted without network access', async () => {
    const source = { instance: 'public-good', cacheDirectory: cacheDirectory() } as const;
    expect(await logsOf(source)).toContain('https://rekor.sigstore.dev');
    expect((await loadTrust(source)).notices).toEqual([]);
  });

  it('the public instance gives a notice if its trust root has expired', async () => {
    vi.useFakeTimers({ now: Date.parse(publicGood.expires) + 1, toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const { notices } = await loadTrust({ instance: 'public-good', cacheDirectory: cacheDirectory() });
    expect(notices).toEqual([expect.stringContaining(`from ${publicGood.source}`)]);
    expect(notices[0]).toContain(publicGood.expires.slice(0, 10));
  });

  it.each([
    ['a fetched trust root that is newer', publicGood.rootVersion, ours],
    ['the built-in trust root instead of an older fetched one', publicGood.rootVersion - 1, undefined],
  ])('the public instance uses %s', async (_, rootVersion, expected) => {
    const directory = cacheDirectory();
    const trustedRoot = JSON.stringify(new TestInstance().trustedRoot());
    const cached = { source: 'a test', rootVersion, expires: publicGood.expires, trustedRoot };
    writeFileSync(path.join(directory, 'public-good.json'), JSON.stringify(cached));
    const logs = await logsOf({ instance: 'public-good', cacheDirectory: directory });
    expect(logs).toEqual(expected ?? expect.arrayContaining(['https://rekor.sigstore.dev']));
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
        expect(fetchedTrustFile('public-good')).toBeNull();
      },
    );

    it('a fetched trust root is kept in the home directory or in XDG_CACHE_HOME', () => {
      vi.stubEnv('HOME', '/places/user');
      vi.stubEnv('XDG_CACHE_HOME', '');
      onTestFinished(() => void vi.unstubAllEnvs());
      expect(fetchedTrustFile('staging')).toMatch(
        /^\/places\/user\/(?:\.cache|Library\/Caches)\/model-signing\/staging\.json$/,
      );
    });
  },
);

describe('fetched trust roots', () => {
  async function repository() {
    const services = await TestServices.start();
    const repo = new TestUpdateRepository(services);
    repo.publish(JSON.stringify(services.instance.trustedRoot()));
    const directory = cacheDirectory();
    const refresh = () => fetchTrust('staging', path.join(directory, 'staging.json'), { mirror: services.url });
    return { services, repo, directory, refresh, source: { instance: 'staging', cacheDirectory: directory } as const };
  }

  it('a fetched trust root is kept and used without network access', async () => {
    const { services, refresh, source } = await repository();
    await refresh();
    services.stop();
    expect(await logsOf(source)).toEqual(ours);
  });

  it('loading the trust root of the staging instance fails if none was fetched', async () => {
    const { source } = await repository();
    await refusal('signer/trust-missing', () => loadTrust(source));
  });

  it('a fetched trust root is replaced by a newer one', async () => {
    const { services, repo, refresh, source } = await repository();
    await refresh();
    const root = services.instance.trustedRoot();
    root.tlogs.pop();
    repo.publish(JSON.stringify(root), 2);
    await refresh();
    expect(await logsOf(source)).toEqual([ours[0]]);
  });

  it.each([
    ['signed by another key', 2, generateKeyPairSync('ed25519')],
    ['older than the last', 0, undefined],
  ] as const)('a fetched trust root is not replaced by one that is %s', async (_, version, keys) => {
    const { services, repo, refresh, source } = await repository();
    await refresh();
    const root = services.instance.trustedRoot();
    root.tlogs.pop();
    repo.publish(JSON.stringify(root), version, keys);
    await refusal('signer/service-failed', refresh);
    expect(await logsOf(source)).toEqual(ours);
  });

  it('a fetched trust root is not replaced by an unusable one', async () => {
    const { repo, refresh, source } = await repository();
    await refresh();
    repo.publish('{}', 2);
    await refusal('signer/trust-unreadable', refresh);
    expect(await logsOf(source)).toEqual(ours);
  });

  it('a fetched trust root is refused if its file is damaged', async () => {
    const { directory, refresh, source } = await repository();
    await refresh();
    const file = path.join(directory, 'staging.json');
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, 100));
    await refusal('signer/trust-unreadable', () => loadTrust(source));
  });
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
});
