import {
  certificateSigner,
  certificateVerifier,
  type KeyIdentity,
  keySigner,
  keyVerifier,
  type MadeSignature,
  type Signer,
  type Verifier,
} from '@model-signing/core';
import { makeChain } from '@model-signing/testing/certificates';
import { testKey } from '@model-signing/testing/forge';
import { TestServices } from '@model-signing/testing/sigstore-services';
import { describe, expect, it } from 'vitest';
import { loggedSigner } from './logged-signer.ts';
import { loggedVerifier } from './logged-verifier.ts';
import { content, type Loose, other } from './testing/attempts.ts';
import { refusal } from './testing/refusal.ts';

const key = testKey();
const byKey = keyVerifier({ publicKey: key.publicKey });
const ignore = () => {};

const rootOf = ({ instance }: TestServices) => JSON.stringify(instance.trustedRoot());

/** A signer whose signatures have a timestamp by the authority of the instance. */
function timestamped(signer: Signer, { instance }: TestServices): Signer {
  return {
    async sign(signed, warn) {
      const made = await signer.sign(signed, warn);
      const stamp = instance.timestamp(made.signature, new Date());
      const timestampVerificationData = { rfc3161Timestamps: [stamp] };
      return { ...made, material: { ...made.material, timestampVerificationData } };
    },
  };
}

interface Attempt {
  readonly services?: TestServices;
  readonly version?: 1 | 2;
  readonly signer?: Signer;
}

async function signLogged({ services, version = 1, signer = keySigner(key) }: Attempt & { services: TestServices }) {
  const timed = version === 1 ? signer : timestamped(signer, services);
  const log = { url: services.url, version } as const;
  const logged = await loggedSigner(timed, { log, trust: { trustedRoot: rootOf(services) } });
  return logged.sign(content, ignore);
}

async function verifyLogged(
  services: TestServices,
  { signature, material }: Pick<MadeSignature, 'signature' | 'material'>,
  verifier: Verifier<KeyIdentity> = byKey,
  trustedRoot = rootOf(services),
) {
  const logged = await loggedVerifier(verifier, { trust: { trustedRoot } });
  return (await logged.verify(content, signature, material, ignore)).identity;
}

describe('a signature with a key in a log', () => {
  it.each([1, 2] as const)(
    'a signature with a key is found in a log of version %i by a verifier who requires it',
    async (version) => {
      const services = await TestServices.start();
      const made = await signLogged({ services, version });
      expect(made.material.tlogEntries).toHaveLength(1);
      const identity = await verifyLogged(services, made);
      expect(identity).toMatchObject({ method: 'key', loggedAt: expect.stringMatching(/Z$/) });
    },
  );

  it.each(['P-384', 'P-521'] as const)(
    'a signature with a key is logged in both versions with a key on %s',
    async (curve) => {
      const services = await TestServices.start();
      const pair = testKey(curve);
      for (const version of [1, 2] as const) {
        const made = await signLogged({ services, version, signer: keySigner(pair) });
        await verifyLogged(services, made, keyVerifier({ publicKey: pair.publicKey }));
      }
    },
  );

  it('a signature with a key is accepted by a verifier who does not require it, whatever the entry is', async () => {
    const services = await TestServices.start();
    const { signature, material } = await signLogged({ services });
    const { tlogEntries: _, ...rest } = material;
    for (const tlogEntries of [[{}], [{ logId: 5 }]]) {
      const { identity } = await byKey.verify(content, signature, { ...rest, tlogEntries }, ignore);
      expect(identity).not.toHaveProperty('loggedAt');
    }
  });

  it('a signature with a key is refused by a verifier who requires an entry if there is none', async () => {
    const services = await TestServices.start();
    const made = await keySigner(key).sign(content, ignore);
    const error = await refusal('signer/log-missing', () => verifyLogged(services, made));
    expect(error.requirement).toBe('OMS-KEYLOG-6');
  });

  it('a signature with a key is refused if the log is none of the trust root', async () => {
    const [services, elsewhere] = [await TestServices.start(), await TestServices.start()];
    const made = await signLogged({ services });
    const error = await refusal('signer/log-invalid', () => verifyLogged(services, made, byKey, rootOf(elsewhere)));
    expect(error.requirement).toBe('OMS-KEYLOG-7');
  });

  it.each([1, 2] as const)(
    'a signature with a key is refused with the entry of another key in a log of version %i',
    async (version) => {
      const services = await TestServices.start();
      const [made, foreign] = [
        await signLogged({ services, version }),
        await signLogged({ services, version, signer: keySigner(testKey()) }),
      ];
      const material = { ...made.material, tlogEntries: foreign.material.tlogEntries ?? [] };
      const error = await refusal('signer/log-invalid', () => verifyLogged(services, { ...made, material }));
      expect(error.requirement).toBe('OMS-KEYLOG-8');
    },
  );

  it('a signature with a key is refused with an entry of its own for another payload', async () => {
    const services = await TestServices.start();
    const log = { url: services.url, version: 1 } as const;
    const logged = await loggedSigner(keySigner(key), { log, trust: { trustedRoot: rootOf(services) } });
    const [made, foreign] = [await logged.sign(content, ignore), await logged.sign(other, ignore)];
    const material = { ...made.material, tlogEntries: foreign.material.tlogEntries ?? [] };
    await refusal('signer/log-invalid', () => verifyLogged(services, { ...made, material }));
  });

  it.each<[string, (entry: Loose) => void]>([
    ['its time changed', (entry) => Object.assign(entry, { integratedTime: '5' })],
    ['no proof', (entry) => delete entry.inclusionProof],
    ['a wrong hash in its proof', (entry) => entry.inclusionProof.hashes.reverse()],
    ['another root in its proof', (entry) => Object.assign(entry.inclusionProof, { rootHash: 'AAAA' })],
    ['another kind', (entry) => Object.assign(entry.kindVersion, { kind: 'alpine' })],
    ['a body that is no JSON', (entry) => Object.assign(entry, { canonicalizedBody: 'AAAA' })],
  ])('a signature with a key is refused with an entry that has %s', async (_, change) => {
    const services = await TestServices.start();
    const made = await signLogged({ services });
    const material: Loose = structuredClone(made.material);
    change(material.tlogEntries[0]);
    await refusal('signer/log-invalid', () => verifyLogged(services, { ...made, material }));
  });

  it('a signature with a key is refused with the same entry twice', async () => {
    const services = await TestServices.start();
    const made = await signLogged({ services });
    const [entry] = made.material.tlogEntries ?? [];
    const material = { ...made.material, tlogEntries: [entry as object, entry as object] };
    await refusal('signer/log-invalid', () => verifyLogged(services, { ...made, material }));
  });

  it('a signature with a key is refused without a time: a log of version 2 states none, and the timestamp is of another authority', async () => {
    const [services, elsewhere] = [await TestServices.start(), await TestServices.start()];
    const made = await signLogged({ services, version: 2 });
    const foreign = { rfc3161Timestamps: [elsewhere.instance.timestamp(made.signature, new Date())] };
    const material = { ...made.material, timestampVerificationData: foreign };
    const error = await refusal('signer/timestamp-invalid', () => verifyLogged(services, { ...made, material }));
    expect(error.requirement).toBe('OMS-KEYLOG-9');
  });

  it('a signature with a key is refused if the key of the log was retired before', async () => {
    const services = await TestServices.start();
    const made = await signLogged({ services });
    const root = services.instance.trustedRoot();
    for (const { publicKey } of root.tlogs) publicKey.validFor.end = '2020-01-01T00:00:00Z';
    await refusal('signer/log-invalid', () => verifyLogged(services, made, byKey, JSON.stringify(root)));
  });
});

describe('a signature with a certificate in a log', () => {
  const { leaf, intermediates, root } = makeChain();
  const chain = intermediates.map(({ pem }) => pem);
  const signer = certificateSigner({ privateKey: leaf.privateKeyPem, certificate: leaf.pem, chain });
  const verifier = certificateVerifier({ trusted: [root.pem] });

  it.each([1, 2] as const)(
    'a signature with a certificate is found by its certificate in a log of version %i',
    async (version) => {
      const services = await TestServices.start();
      const { signature, material } = await signLogged({ services, version, signer });
      const logged = await loggedVerifier(verifier, { trust: { trustedRoot: rootOf(services) } });
      const { identity } = await logged.verify(content, signature, material, ignore);
      expect(identity).toMatchObject({ method: 'certificate', loggedAt: expect.stringMatching(/Z$/) });
    },
  );

  it('a signature with a certificate is refused with an entry for its key alone', async () => {
    const services = await TestServices.start();
    const made = await signer.sign(content, ignore);
    const byItsKey = await signLogged({ services, signer: keySigner({ privateKey: leaf.privateKeyPem }) });
    const material = { ...made.material, tlogEntries: byItsKey.material.tlogEntries ?? [] };
    const logged = await loggedVerifier(verifier, { trust: { trustedRoot: rootOf(services) } });
    await refusal('signer/log-invalid', () => logged.verify(content, made.signature, material, ignore));
  });
});

describe('a logging signer', () => {
  it('a logging signer logs nothing if a log of version 2 would have no time', async () => {
    const services = await TestServices.start();
    const log = { url: services.url, version: 2 } as const;
    const signer = await loggedSigner(keySigner(key), { log, trust: { trustedRoot: rootOf(services) } });
    await expect(signer.sign(content, ignore)).rejects.toThrow(TypeError);
    expect(services.requests).toEqual([]);
  });

  it('a logging signer returns nothing if the log is none of the trust root', async () => {
    const [services, elsewhere] = [await TestServices.start(), await TestServices.start()];
    const log = { url: services.url, version: 1 } as const;
    const signer = await loggedSigner(keySigner(key), { log, trust: { trustedRoot: rootOf(elsewhere) } });
    await refusal('signer/log-invalid', () => signer.sign(content, ignore));
  });

  it('a logging signer names the log when it fails', async () => {
    const services = await TestServices.start();
    services.faults.set('/api/v1/log/entries', () => ({ status: 500 }));
    const log = { url: services.url, version: 1 } as const;
    const signer = await loggedSigner(keySigner(key), { log, trust: { trustedRoot: rootOf(services) } });
    const error = await refusal('signer/service-failed', () => signer.sign(content, ignore));
    expect(error.message).toContain(services.url);
  });

  it.each(['http://log.example', 'ftp://127.0.0.1', 'https://user:secret@log.example', 'log'])(
    'a logging signer refuses the address %s',
    async (url) => {
      const trust = { trustedRoot: '{}' };
      await expect(loggedSigner(keySigner(key), { log: { url, version: 1 }, trust })).rejects.toThrow(TypeError);
    },
  );
});
