import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { certificatesOf, makeAuthority, readPrivateKey } from '../authority.ts';
import { portOf } from '../http.ts';
import { hostOf } from '../instance.ts';
import { TransparencyLog } from '../rekor-v1/log.ts';
import { serveRekorV1 } from '../rekor-v1/server.ts';
import { lab, type Stage } from './stage.ts';

const HOUR = 3_600_000;

/** The parts of a bundle that forgeries change. */
export interface Bundle {
  verificationMaterial: {
    certificate: { rawBytes: string };
    tlogEntries: LogEntry[];
    timestampVerificationData?: object;
  };
  dsseEnvelope: { payload: string; signatures: { sig: string }[] };
}

interface LogEntry {
  integratedTime?: string;
  inclusionProof?: object;
}

export interface TrustedRoot {
  tlogs: { publicKey: { rawBytes: string } }[];
  ctlogs: { publicKey: { rawBytes: string } }[];
  certificateAuthorities: { certChain: object }[];
  timestampAuthorities: { certChain: object }[];
}

export interface TrustConfig {
  signingConfig: {
    caUrls: { url: string }[];
    rekorTlogUrls: { url: string }[];
    tsaUrls: { url: string }[];
  };
}

interface RekorEntry {
  body: string;
  integratedTime: number;
  logID: string;
  logIndex: number;
  verification: {
    inclusionProof: { checkpoint: string; hashes: string[]; logIndex: number; rootHash: string; treeSize: number };
    signedEntryTimestamp: string;
  };
}

/** A log with the key of the instance whose clock is an hour ahead of the certificates. */
export interface LateLog {
  readonly address: string;
  /** Adds an envelope with its signer's certificate in Base64, and returns the entry in the form of bundles. */
  log(envelope: object, certificate: string): Promise<LogEntry>;
  close(): Promise<void>;
}

export async function startLateLog(): Promise<LateLog> {
  const key = readPrivateKey(lab.directory, 'rekor-v1');
  const server = await serveRekorV1(new TransparencyLog(hostOf(lab.services.rekorV1), key, () => Date.now() + HOUR), 0);
  const address = `http://127.0.0.1:${portOf(server)}`;
  return {
    address,
    log: (envelope, certificate) => postEntry(address, envelope, certificate),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function postEntry(address: string, envelope: object, certificate: string): Promise<LogEntry> {
  const pem = `-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----\n`;
  const verifiers = [Buffer.from(pem).toString('base64')];
  const spec = { proposedContent: { envelope: JSON.stringify(envelope), verifiers } };
  const response = await fetch(`${address}/api/v1/log/entries`, {
    method: 'POST',
    body: JSON.stringify({ apiVersion: '0.0.1', kind: 'dsse', spec }),
  });
  const [entry] = Object.values((await response.json()) as Record<string, RekorEntry>);
  if (!entry) throw new Error('the log took no entry');
  const { inclusionProof, signedEntryTimestamp } = entry.verification;
  const fromHex = (text: string) => Buffer.from(text, 'hex').toString('base64');
  return {
    ...{ logIndex: String(entry.logIndex), logId: { keyId: fromHex(entry.logID) } },
    ...{ kindVersion: { kind: 'dsse', version: '0.0.1' }, canonicalizedBody: entry.body },
    integratedTime: String(entry.integratedTime),
    inclusionPromise: { signedEntryTimestamp },
    inclusionProof: {
      logIndex: String(inclusionProof.logIndex),
      treeSize: String(inclusionProof.treeSize),
      rootHash: fromHex(inclusionProof.rootHash),
      hashes: inclusionProof.hashes.map(fromHex),
      checkpoint: { envelope: inclusionProof.checkpoint },
    },
  } as LogEntry;
}

/** An address where no server listens. */
export async function deadAddress(): Promise<string> {
  const server = await serveRekorV1(new TransparencyLog('dead.test', readPrivateKey(lab.directory, 'rekor-v1')), 0);
  const address = `http://127.0.0.1:${portOf(server)}`;
  await new Promise((resolve) => server.close(resolve));
  return address;
}

export function otherKey(): string {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
}

export function otherChain(stage: Stage): object {
  makeAuthority(stage.directory);
  const pem = readFileSync(path.join(stage.directory, 'fulcio-chain.pem'), 'utf8');
  return { certificates: certificatesOf(pem).map((each) => ({ rawBytes: each.toString('base64') })) };
}
