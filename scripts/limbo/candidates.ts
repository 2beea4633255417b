// The implementations to compare. Each returns whether it accepts the chain of a case.
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { X509Error } from '../../packages/x509/src/index.ts';
import { type LimboCase, timeOfCase } from '../../packages/x509/src/testing/limbo.ts';
import { judgeCase } from '../../packages/x509/src/testing/limbo-judge.ts';

/** Packages installed only for the comparison, in a folder outside the workspace. */
export const peers = { pkijs: '4.0.0', '@peculiar/x509': '2.2.0', 'reflect-metadata': '0.2.2' } as const;

export const peerFolder = path.resolve(import.meta.dirname, '../../.cache/limbo-peers');

export type Judge = (limboCase: LimboCase) => Promise<boolean>;

export const candidates = ['@model-signing/x509', 'pkijs', '@peculiar/x509'] as const;
export type Candidate = (typeof candidates)[number];

export function judgeOf(candidate: Candidate): Promise<Judge> {
  if (candidate === 'pkijs') return pkijsJudge();
  if (candidate === '@peculiar/x509') return peculiarJudge();
  return Promise.resolve(ourJudge);
}

async function ourJudge(limboCase: LimboCase): Promise<boolean> {
  try {
    judgeCase(limboCase);
    return true;
  } catch (error) {
    if (error instanceof X509Error) return false;
    throw error;
  }
}

async function load<T>(name: keyof typeof peers): Promise<T> {
  const require = createRequire(path.join(peerFolder, 'package.json'));
  return import(pathToFileURL(require.resolve(name)).href);
}

function derOf(pem: string): ArrayBuffer {
  const base64 = pem.slice(pem.indexOf('-----', 5) + 5, pem.lastIndexOf('-----END'));
  return Uint8Array.from(Buffer.from(base64, 'base64')).buffer;
}

/** The certificates that the peer can parse. */
function readable<T>(pems: readonly string[], parse: (der: ArrayBuffer) => T): T[] {
  return pems.flatMap((pem) => {
    try {
      return [parse(derOf(pem))];
    } catch {
      return [];
    }
  });
}

interface Pkijs {
  Certificate: { fromBER(der: ArrayBuffer): object };
  CertificateChainValidationEngine: new (options: {
    trustedCerts: object[];
    certs: object[];
    crls: object[];
    checkDate: Date;
  }) => { verify(): Promise<{ result: boolean }> };
}

/** Its documentation requires the certificate to verify to be the last in the list. */
async function pkijsJudge(): Promise<Judge> {
  const { Certificate, CertificateChainValidationEngine } = await load<Pkijs>('pkijs');
  const parse = (der: ArrayBuffer) => Certificate.fromBER(der);
  return async (limboCase) => {
    try {
      const leaf = parse(derOf(limboCase.peer_certificate));
      const engine = new CertificateChainValidationEngine({
        trustedCerts: readable(limboCase.trusted_certs, parse),
        certs: [...readable(limboCase.untrusted_intermediates, parse), leaf],
        crls: [],
        checkDate: timeOfCase(limboCase),
      });
      return (await engine.verify()).result;
    } catch {
      return false;
    }
  };
}

interface PeculiarCertificate {
  readonly notBefore: Date;
  readonly notAfter: Date;
  equal(other: PeculiarCertificate): boolean;
}

interface Peculiar {
  X509Certificate: new (der: ArrayBuffer) => PeculiarCertificate;
  X509ChainBuilder: new (options: {
    certificates: PeculiarCertificate[];
  }) => { build(leaf: PeculiarCertificate): Promise<PeculiarCertificate[]> };
}

/** It only builds chains: the caller must check the dates and the end of the chain. */
async function peculiarJudge(): Promise<Judge> {
  await load('reflect-metadata');
  const { X509Certificate, X509ChainBuilder } = await load<Peculiar>('@peculiar/x509');
  const parse = (der: ArrayBuffer) => new X509Certificate(der);
  return async (limboCase) => {
    try {
      const time = timeOfCase(limboCase);
      const trusted = readable(limboCase.trusted_certs, parse);
      const certificates = [...trusted, ...readable(limboCase.untrusted_intermediates, parse)];
      const chain = await new X509ChainBuilder({ certificates }).build(parse(derOf(limboCase.peer_certificate)));
      const last = chain.at(-1);
      const valid = chain.every(({ notBefore, notAfter }) => notBefore <= time && time <= notAfter);
      return valid && last !== undefined && trusted.some((anchor) => anchor.equal(last));
    } catch {
      return false;
    }
  };
}
