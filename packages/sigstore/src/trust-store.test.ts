import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { localModel, type Model, signModel, verifyModel } from '@model-signing/core';
import { TestInstance, testIdentity, testIssuer } from '@model-signing/testing/sigstore-instance';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { anchors } from './generated/anchors.ts';
import { loadTrust } from './load-trust.ts';
import { sigstoreSigner } from './signer.ts';
import { refusal } from './testing/refusal.ts';
import { temporaryDirectory, trustedRepository } from './testing/trusted-repository.ts';
import { sigstoreVerifier } from './verifier.ts';

/** Another instance, which an attacker runs: nothing that it signs may be accepted. */
const attacker = new TestInstance();

const version = 5;

/** The public instance of a test, with a built-in trust root and a newer one that is stored. */
async function publicInstance() {
  const world = await trustedRepository('public-good', {
    builtIn: ({ instance }) => builtIn(JSON.stringify(instance.trustedRoot())),
  });
  world.repository.publish(JSON.stringify(world.services.instance.trustedRoot()), { version: version + 1 });
  await world.refresh();
  return world;
}

type World = Awaited<ReturnType<typeof publicInstance>>;

function builtIn(trustedRoot: string) {
  return { timestamp: version, snapshot: version, targets: version, trustedRoot };
}

function smallModel(): Model {
  const directory = temporaryDirectory();
  writeFileSync(path.join(directory, 'weights'), 'weights');
  return localModel(directory);
}

const who = { identity: testIdentity, issuer: testIssuer };

async function verify({ source, services }: World, strict: boolean, instance = services.instance) {
  const model = smallModel();
  const { bundle } = await signModel(model, instance.signer());
  return verifyModel(model, bundle, await sigstoreVerifier({ ...who, trust: source }), { strict });
}

async function sign({ source, services }: World, strict: boolean) {
  const signer = await sigstoreSigner({ token: { token: services.token() }, trust: source });
  return signModel(smallModel(), signer, { strict });
}

// biome-ignore lint/suspicious/noExplicitAny: a forger writes whatever it likes
type Loose = any;

function edit(file: string, change: (stored: Loose) => unknown): void {
  const stored = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify(change(stored) ?? stored));
}

/** Changes one stored document, and leaves its signatures. */
function editDocument(file: string, name: string, change: (document: Loose) => void): void {
  edit(file, (stored) => {
    const document = JSON.parse(Buffer.from(stored[name], 'base64').toString());
    change(document);
    stored[name] = Buffer.from(JSON.stringify(document)).toString('base64');
  });
}

const forged = Buffer.from(JSON.stringify(attacker.trustedRoot())).toString('base64');
const windows = process.platform === 'win32';
const isRoot = process.getuid?.() === 0;

/** Stores what a repository of another root has, which is valid in itself. */
async function storeOther(file: string): Promise<void> {
  const other = await trustedRepository(path.basename(file) === 'staging.json' ? 'public-good' : 'staging');
  other.repository.publish(JSON.stringify(attacker.trustedRoot()), { version: 1000 });
  await other.refresh();
  rmSync(file, { recursive: true, force: true });
  renameSync(other.file, file);
}

type Fault = [state: string, make: (file: string) => void | Promise<void>, says: string];

const contents: readonly Fault[] = [
  ['is empty', (file) => writeFileSync(file, ''), 'not JSON'],
  ['is cut', (file) => truncateSync(file, 100), 'not JSON'],
  ['is null', (file) => writeFileSync(file, 'null'), 'not in the form'],
  ['is not text', (file) => writeFileSync(file, Buffer.alloc(1000, 0xff)), 'not JSON'],
  ['is nested deeply', (file) => writeFileSync(file, '['.repeat(3_000_000)), 'not JSON'],
  ['is huge', (file) => truncateSync(file, 2 ** 40), 'more than 8388608 bytes'],
  [
    'only claims a version',
    (file) => {
      const claim = { source: 'me', rootVersion: 1e6, expires: '2999-01-01T00:00:00Z' };
      writeFileSync(file, JSON.stringify({ ...claim, trustedRoot: JSON.stringify(attacker.trustedRoot()) }));
    },
    'not in the form',
  ],
  ['has no roots', (file) => edit(file, (stored) => ({ ...stored, roots: [] })), 'it has no root'],
  [
    'has a root that is no text',
    (file) => edit(file, (stored) => ({ ...stored, roots: [1] })),
    'a member of it is missing',
  ],
  [
    'has no snapshot',
    (file) => edit(file, (stored) => ({ ...stored, snapshot: undefined })),
    'a member of it is missing',
  ],
  ['has another trust root', (file) => edit(file, (stored) => ({ ...stored, trustedRoot: forged })), 'xpected'],
  [
    'has targets that were changed',
    (file) => editDocument(file, 'targets', ({ signed }) => (signed.targets['trusted_root.json'].length += 1)),
    'targets was signed by 0/1 keys',
  ],
  [
    'has a snapshot that was changed',
    (file) => editDocument(file, 'snapshot', ({ signed }) => (signed.version += 1)),
    'snapshot was signed by 0/1 keys',
  ],
  [
    'has a timestamp that was changed',
    (file) => editDocument(file, 'timestamp', ({ signed }) => (signed.expires = '2999-01-01T00:00:00Z')),
    'timestamp was signed by 0/1 keys',
  ],
  [
    'has a timestamp without signatures',
    (file) => editDocument(file, 'timestamp', (document) => (document.signatures = [])),
    'timestamp was signed by 0/1 keys',
  ],
  [
    'has documents in the wrong places',
    (file) => edit(file, (s) => ({ ...s, timestamp: s.targets })),
    "expected 'timestamp'",
  ],
  [
    'has a root of a version that it does not have',
    (file) => edit(file, ({ roots, ...rest }) => ({ ...rest, roots: [...roots, rest.timestamp] })),
    "expected 'root'",
  ],
  ['is of another repository', storeOther, 'was signed by 0/1 keys'],
];

/** What JSON may be in place of metadata. */
const oddities: readonly [string, unknown][] = [
  ['null', null],
  ['a number', 5],
  ['a text', 'text'],
  ['an empty list', []],
  ['an empty object', {}],
  ['an object of which nothing is signed', { signed: null, signatures: [] }],
  ['an object that is signed without signatures', { signed: { _type: 'root', version: 9 } }],
];

const places: readonly Fault[] = [
  [
    'is a pipe',
    (file) => {
      rmSync(file);
      execFileSync('mkfifo', [file]);
    },
    'not a regular file',
  ],
  [
    'is a directory',
    (file) => {
      rmSync(file);
      mkdirSync(file);
    },
    'it is a directory, which has to be removed first',
  ],
  [
    'is a symbolic link',
    (file) => {
      renameSync(file, `${file}.real`);
      symlinkSync(`${file}.real`, file);
    },
    'a symbolic link',
  ],
  [
    'is a symbolic link to nothing',
    (file) => {
      rmSync(file);
      symlinkSync(`${file}.none`, file);
    },
    'a symbolic link',
  ],
  [
    'is a symbolic link to a device',
    (file) => {
      rmSync(file);
      symlinkSync('/dev/zero', file);
    },
    'a symbolic link',
  ],
  ['can be written by all', (file) => chmodSync(file, 0o666), 'it is writable by other users'],
  ['can be written by its group', (file) => chmodSync(file, 0o660), 'it is writable by other users'],
  [
    'is in a directory that all can write to',
    (file) => chmodSync(path.dirname(file), 0o777),
    'is writable by other users',
  ],
  [
    'is in a directory that a group can write to',
    (file) => chmodSync(path.dirname(file), 0o770),
    'is writable by other users',
  ],
];

const owners: readonly Fault[] = [
  ['belongs to another user', (file) => chownSync(file, 12345, 0), 'it belongs to another user'],
  ['is in a directory of another user', (file) => chownSync(path.dirname(file), 12345, 0), 'belongs to another user'],
];

const faults: readonly Fault[] = [...contents, ...(windows ? [] : places), ...(windows || !isRoot ? [] : owners)];

describe('a stored trust root that cannot be used', () => {
  it.each(faults)('a stored trust root that %s is reported, and the built-in one is used', async (_, make, says) => {
    const world = await publicInstance();
    await make(world.file);
    world.services.requests.length = 0;
    const warning = { code: 'signer/trust-cache', requirement: 'OMS-TRUST-5', message: expect.stringContaining(says) };
    const verified = await verify(world, false);
    expect([verified.signer.identity, verified.warnings]).toEqual([testIdentity, [warning]]);
    expect(verified.warnings[0]?.message).toContain(JSON.stringify(world.file));
    await refusal('signer/trust-cache', () => verify(world, true));
    await refusal('signer/trust-cache', () => sign(world, true));
    expect(world.services.requests).toEqual([]);
    expect((await sign(world, false)).warnings).toEqual([warning]);
    const { message } = await refusal('signer/certificate-untrusted', () => verify(world, false, attacker));
    expect(message).toContain('note that the stored trust root');
  });

  it.each(faults)(
    'a stored trust root that %s is an error if none is built in, and replaced by a refresh',
    async (_, make) => {
      const world = await trustedRepository('staging');
      world.repository.publish(JSON.stringify(world.services.instance.trustedRoot()), { version });
      await world.refresh();
      await make(world.file);
      const { message } = await refusal('signer/trust-cache', () => loadTrust(world.source));
      expect(message).toContain('fetch it again');
      if (message.includes('directory')) return; // only the owner of a directory can make it safe
      const replaced = await loadTrust({ ...world.source, refresh: true });
      expect(replaced.notices).toEqual([]);
    },
  );

  it('a directory in which a trust root was stored must be safe as a whole', async () => {
    if (windows) return;
    const world = await publicInstance();
    const deep = path.join(world.source.cacheDirectory, 'a/b/c');
    await loadTrust({ ...world.source, cacheDirectory: deep, refresh: true });
    chmodSync(path.join(world.source.cacheDirectory, 'a'), 0o777);
    const { notices } = await loadTrust({ ...world.source, cacheDirectory: deep });
    expect(notices).toMatchObject([{ code: 'signer/trust-cache' }]);
    chmodSync(path.join(world.source.cacheDirectory, 'a'), 0o1777);
    expect((await loadTrust({ ...world.source, cacheDirectory: deep })).notices).toEqual([]);
  });

  it('a stored trust root may be reached through a symbolic link to its directory, and have a second name', async () => {
    const world = await publicInstance();
    const link = path.join(temporaryDirectory(), 'link');
    symlinkSync(world.source.cacheDirectory, link);
    linkSync(world.file, `${world.file}.second`);
    const trust = await loadTrust({ ...world.source, cacheDirectory: link });
    expect(trust.notices).toEqual([]);
  });
});

describe.each(['roots', 'timestamp', 'snapshot', 'targets'] as const)(
  'stored metadata in another form: %s',
  (member) => {
    it.each(oddities)('metadata that is %s is reported in words of our own', async (_, value) => {
      const world = await publicInstance();
      const text = Buffer.from(JSON.stringify(value)).toString('base64');
      edit(world.file, (stored) => ({ ...stored, [member]: member === 'roots' ? [text] : text }));
      const { notices } = await loadTrust(world.source);
      const [notice] = notices;
      expect(notice?.message).toMatch(
        /cannot be used: (?:its \w+ (?:is not in the form of The Update Framework|states no version)|.*expected)/,
      );
    });
  },
);

describe('any stored bytes', () => {
  /** Loads after a change of what is stored, and says what is trusted, and whether there was a warning. */
  async function outcome({ source, services }: World): Promise<string> {
    const { materials, notices } = await loadTrust(source);
    const origins = materials.flatMap(({ tlogs }) => tlogs.map(({ logID }) => logID.toString('base64')));
    expect(origins).toEqual(
      [services.instance.logV1.id, services.instance.logV2.id].map((id) => id.toString('base64')),
    );
    return notices.map(({ code }) => code).join();
  }

  const members = ['roots', 'timestamp', 'snapshot', 'targets', 'trustedRoot'] as const;

  it('no change of any byte of what is stored changes whom to trust', async () => {
    const world = await publicInstance();
    const stored = JSON.parse(readFileSync(world.file, 'utf8'));
    const edits = fc.array(fc.record({ at: fc.nat(4000), value: fc.nat(255) }), { minLength: 1, maxLength: 4 });
    const run = async (member: (typeof members)[number], changes: readonly { at: number; value: number }[]) => {
      const bytes = Buffer.from([stored[member]].flat().at(-1), 'base64');
      for (const { at, value } of changes) bytes[at % bytes.length] = value;
      const text = bytes.toString('base64');
      writeFileSync(world.file, JSON.stringify({ ...stored, [member]: member === 'roots' ? [text] : text }));
      expect(await outcome(world)).toMatch(/^(?:signer\/trust-cache)?$/);
    };
    await fc.assert(fc.asyncProperty(fc.constantFrom(...members), edits, run), { numRuns: 200 });
  });

  it('no JSON in place of what is stored changes whom to trust', async () => {
    const world = await publicInstance();
    const stored = JSON.parse(readFileSync(world.file, 'utf8'));
    const document = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');
    const run = async (member: (typeof members)[number], value: unknown, isDocument: boolean) => {
      const placed = isDocument ? document(value) : value;
      writeFileSync(world.file, JSON.stringify({ ...stored, [member]: placed }));
      expect(await outcome(world)).toMatch(/^(?:signer\/trust-cache)?$/);
    };
    const any = fc.oneof(fc.jsonValue(), fc.record({ signed: fc.jsonValue(), signatures: fc.jsonValue() }));
    await fc.assert(fc.asyncProperty(fc.constantFrom(...members), any, fc.boolean(), run), { numRuns: 200 });
  });
});

describe('a stored trust root that is older than the built-in one', () => {
  /** Stores a trust root of the attacker with the real keys, as if it had been in force before. */
  async function storeOld(versions: { root: number; metadata: number }) {
    const world = await publicInstance();
    rmSync(world.file);
    const { services, repository, source } = world;
    const current = services.instance.trustedRoot();
    current.tlogs.pop();
    repository.publish(JSON.stringify(current), { version: versions.metadata });
    if (versions.root > 1) repository.rotate();
    const anchor = anchors['public-good'];
    // As a package that was made before would have stored it.
    anchors['public-good'] = { ...anchor, builtIn: null };
    await world.refresh();
    anchors['public-good'] = { ...anchor, version: versions.root > 1 ? 1 : anchor.version };
    return { world, source, anchor };
  }

  const logsOf = async (source: World['source']) => (await loadTrust(source)).materials[0]?.tlogs.length;

  it('a stored trust root with older metadata under the same root is ignored without a warning', async () => {
    const { source } = await storeOld({ root: 1, metadata: version - 1 });
    expect(await logsOf(source)).toBe(2);
    expect((await loadTrust(source)).notices).toEqual([]);
  });

  it('a stored trust root with older metadata under a newer root is ignored too', async () => {
    const { source } = await storeOld({ root: 2, metadata: version - 1 });
    expect(await logsOf(source)).toBe(2);
  });

  it('a stored trust root with newer metadata under the same root is used', async () => {
    const { source } = await storeOld({ root: 1, metadata: version + 1 });
    expect(await logsOf(source)).toBe(1);
  });

  it('a stored trust root of the same version with other content is reported', async () => {
    const { source } = await storeOld({ root: 1, metadata: version });
    expect(await logsOf(source)).toBe(2);
    expect((await loadTrust(source)).notices).toMatchObject([
      { code: 'signer/trust-cache', message: expect.stringContaining('differs from the built-in one') },
    ]);
  });

  it('a stored trust root of an older root is ignored, even if the newer root has other keys', async () => {
    const { world, source, anchor } = await storeOld({ root: 1, metadata: version + 1 });
    const keys = generateKeyPairSync('ed25519');
    world.repository.rotate({ keys });
    const next = await (await fetch(`${world.services.url}/2.root.json`)).text();
    anchors['public-good'] = { ...anchor, version: 2, root: next };
    expect(await logsOf(source)).toBe(2);
    expect((await loadTrust(source)).notices).toEqual([]);
  });

  it('a fetched trust root that is older than the built-in one is refused', async () => {
    const world = await publicInstance();
    rmSync(world.file);
    world.repository.publish(JSON.stringify(world.services.instance.trustedRoot()), { version: version - 1 });
    const { message } = await refusal('signer/service-failed', world.refresh);
    expect(message).toContain('older than the built-in one');
  });
});

describe('a stored trust root that has expired', () => {
  /** Stores it as it would have been stored before it expired. */
  async function refreshTwoDaysAgo({ refresh }: World) {
    vi.useFakeTimers({ now: Date.now() - 2 * 24 * 3_600_000, toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    await refresh();
    vi.useRealTimers();
  }

  it.each([
    ['root', { days: -1 }, {}],
    ['targets', { days: 1 }, { targets: -1 }],
  ] as const)(
    'a trust root whose %s has expired is used with a warning, and refused in strict mode',
    async (_, root, days) => {
      const world = await publicInstance();
      world.repository.rotate(root);
      world.repository.publish(JSON.stringify(world.services.instance.trustedRoot()), { version: version + 2, days });
      await refreshTwoDaysAgo(world);
      const { warnings } = await verify(world, false);
      expect(warnings).toMatchObject([{ code: 'signer/trust-outdated', requirement: 'OMS-TRUST-4' }]);
      await refusal('signer/trust-outdated', () => verify(world, true));
      await refusal('signer/trust-outdated', () => sign(world, true));
    },
  );

  it('a trust root is in force although its timestamp, which only says when to fetch again, has expired', async () => {
    const world = await publicInstance();
    world.repository.publish(JSON.stringify(world.services.instance.trustedRoot()), {
      version: version + 2,
      days: { timestamp: -1 },
    });
    await refreshTwoDaysAgo(world);
    expect((await verify(world, true)).warnings).toEqual([]);
  });
});
