import { generateKeyPairSync, hash, type KeyObject, sign } from 'node:crypto';
import type { Server } from 'node:http';
import { bundleFromJSON } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { portOf } from '../http.ts';
import { TransparencyLog } from './log.ts';
import { serveRekorV1 } from './server.ts';

const PAYLOAD_TYPE = 'application/vnd.in-toto+json';
const logKey = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const signer = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const der = (key: KeyObject) => key.export({ type: 'spki', format: 'der' });
const pem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }) as string;

let server: Server;
let address = '';
beforeAll(async () => {
  server = await serveRekorV1(new TransparencyLog('rekor.test', logKey.privateKey), 0);
  address = `http://127.0.0.1:${portOf(server)}/api/v1/log`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

function envelopeOf(statement: string) {
  const signed = Buffer.from(`DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${statement.length} ${statement}`);
  const sig = sign('sha256', signed, signer.privateKey).toString('base64');
  return { payload: Buffer.from(statement).toString('base64'), payloadType: PAYLOAD_TYPE, signatures: [{ sig }] };
}

type Envelope = ReturnType<typeof envelopeOf>;

function post(envelope: Envelope, change: (entry: Record<string, unknown>) => unknown = (entry) => entry) {
  const verifiers = [Buffer.from(pem(signer.publicKey)).toString('base64')];
  const spec = { proposedContent: { envelope: JSON.stringify(envelope), verifiers } };
  const body = JSON.stringify(change({ apiVersion: '0.0.1', kind: 'dsse', spec }));
  return fetch(`${address}/entries`, { method: 'POST', body });
}

interface Entry {
  readonly body: string;
  readonly integratedTime: number;
  readonly logID: string;
  readonly logIndex: number;
  readonly verification: {
    readonly inclusionProof: {
      checkpoint: string;
      hashes: string[];
      logIndex: number;
      rootHash: string;
      treeSize: number;
    };
    readonly signedEntryTimestamp: string;
  };
}

async function entryOf(response: Response): Promise<Entry> {
  const [entry] = Object.values((await response.json()) as Record<string, Entry>);
  if (!entry) throw new Error('the answer holds no entry');
  return entry;
}

const fromHex = (text: string) => Buffer.from(text, 'hex').toString('base64');

/** A bundle with the entry and the envelope. */
function bundleOf(envelope: Envelope, { verification, ...entry }: Entry) {
  const { checkpoint, ...proof } = verification.inclusionProof;
  return {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: {
      publicKey: { hint: 'signer' },
      tlogEntries: [
        {
          logIndex: String(entry.logIndex),
          logId: { keyId: fromHex(entry.logID) },
          kindVersion: { kind: 'dsse', version: '0.0.1' },
          integratedTime: String(entry.integratedTime),
          inclusionPromise: { signedEntryTimestamp: verification.signedEntryTimestamp },
          inclusionProof: {
            logIndex: String(proof.logIndex),
            treeSize: String(proof.treeSize),
            rootHash: fromHex(proof.rootHash),
            hashes: proof.hashes.map(fromHex),
            checkpoint: { envelope: checkpoint },
          },
          canonicalizedBody: entry.body,
        },
      ],
    },
    dsseEnvelope: envelope,
  };
}

/** The judge is sigstore-js, which knows nothing of this log but its key. */
function verifyIndependently(bundle: object): void {
  const rawBytes = der(logKey.publicKey);
  const root = TrustedRoot.fromJSON({
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [
      {
        baseUrl: 'http://rekor.test',
        hashAlgorithm: 'SHA2_256',
        publicKey: {
          rawBytes: rawBytes.toString('base64'),
          keyDetails: 'PKIX_ECDSA_P256_SHA_256',
          validFor: { start: '2020-01-01T00:00:00Z' },
        },
        logId: { keyId: hash('sha256', rawBytes, 'base64') },
      },
    ],
  });
  const trust = toTrustMaterial(root, () => ({ publicKey: signer.publicKey, validFor: () => true }));
  new Verifier(trust, { ctlogThreshold: 0 }).verify(toSignedEntity(bundleFromJSON(bundle)));
}

it('the log makes entries that an independent verifier accepts, at every size of the tree', async () => {
  for (let count = 0; count < 7; count++) {
    const envelope = envelopeOf(`{"count":${count}}`);
    const response = await post(envelope);
    expect(response.status).toBe(201);
    verifyIndependently(bundleOf(envelope, await entryOf(response)));
  }
});

it('the log makes entries that an independent verifier refuses for another envelope or with another time', async () => {
  const [one, two] = [envelopeOf('{"of":"one"}'), envelopeOf('{"of":"two"}')];
  const entry = await entryOf(await post(one));
  await post(two);
  expect(() => verifyIndependently(bundleOf(two, entry))).toThrow(/tlog/i);
  expect(() => verifyIndependently(bundleOf(one, { ...entry, integratedTime: entry.integratedTime + 1 }))).toThrow();
});

it('the log returns an entry by identifier and by index, with a newer proof', async () => {
  const envelope = envelopeOf('{"found":"again"}');
  const response = await post(envelope);
  const location = response.headers.get('location') as string;
  const { logIndex } = await entryOf(response);
  await post(envelopeOf('{"one":"more"}'));
  for (const where of [new URL(location, address), `${address}/entries?logIndex=${logIndex}`]) {
    const entry = await entryOf(await fetch(where));
    expect(entry.verification.inclusionProof.treeSize).toBe(logIndex + 2);
    verifyIndependently(bundleOf(envelope, entry));
  }
});

it('the log accepts an entry once, and returns 409 and the place of the first for a duplicate', async () => {
  const envelope = envelopeOf('{"twice":true}');
  const first = await post(envelope);
  const second = await post(envelope);
  expect(second.status).toBe(409);
  expect(second.headers.get('location')).toBe(first.headers.get('location'));
});

it.each([
  [
    'whose signature is another',
    (entry: object) => withEnvelope(entry, { signatures: [{ sig: 'AAAA' }] }),
    /matches no/,
  ],
  ['without a signature', (entry: object) => withEnvelope(entry, { signatures: [] }), /0 signatures/],
  ['of another kind', (entry: object) => ({ ...entry, kind: 'intoto' }), /only entries of kind dsse/],
  ['without content', (entry: object) => ({ ...entry, spec: {} }), /proposedContent/],
])('the log makes no entry of a proposal %s', async (_, change, message) => {
  const response = await post(envelopeOf('{"refused":true}'), change);
  expect(response.status).toBe(400);
  expect(((await response.json()) as { message: string }).message).toMatch(message);
});

it('the log makes no entry of a body that is not JSON', async () => {
  expect((await fetch(`${address}/entries`, { method: 'POST', body: '{' })).status).toBe(400);
});

it('the log has no entry under another identifier', async () => {
  expect((await fetch(`${address}/entries/00`)).status).toBe(404);
});

function withEnvelope(entry: object, change: Partial<Envelope>) {
  const { spec } = entry as { spec: { proposedContent: { envelope: string; verifiers: string[] } } };
  const envelope = JSON.stringify({ ...JSON.parse(spec.proposedContent.envelope), ...change });
  return { ...entry, spec: { proposedContent: { ...spec.proposedContent, envelope } } };
}
