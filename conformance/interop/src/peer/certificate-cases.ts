import type { Case } from './cases.ts';
import type { CertificateKind } from './certificates.ts';
import { CURVES } from './keys.ts';

const tree = { 'config.json': '{"layers": 2}', 'model.safetensors': 'weights '.repeat(64) };
const tampering = { flip: 'model.safetensors' } as const;

const paths = {
  1: 'a self-signed certificate',
  2: 'a certificate below a root',
  3: 'a chain of three certificates',
} as const;
const levels = [1, 2, 3] as const satisfies readonly CertificateKind['levels'][];

/** The method `certificate`: each curve with each length of path, and certificates that the two may judge differently. */
export const certificates: readonly Case[] = [
  ...CURVES.flatMap((curve) =>
    levels.map(
      (count): Case => ({
        id: `certificate/${curve}/${count}`,
        title: `a tree with ${paths[count]} on ${curve}`,
        curve,
        certificate: { levels: count },
        tree,
        tampering,
      }),
    ),
  ),
  {
    id: 'certificate/without-chain',
    title: 'a tree with a self-signed certificate and no chain',
    certificate: { levels: 1, alone: true },
    tree,
    tampering,
  },
  {
    id: 'certificate/intermediate-trusted',
    title: 'a tree with a chain of three certificates, of which the one in the middle is trusted',
    certificate: { levels: 3, trusted: 'intermediate' },
    tree,
    tampering,
  },
  {
    id: 'certificate/expired',
    title: 'no model whose certificate has expired',
    certificate: { levels: 2, leaf: 'expired' },
    tree,
    tampering,
    // Ours does not sign with such a certificate.
    onlySigner: 'peer',
    refused: /signer\/certificate-expired/,
  },
  {
    id: 'certificate/web-server',
    title: 'no model whose certificate is for a web server',
    certificate: { levels: 2, leaf: 'web-server' },
    tree,
    tampering,
    onlySigner: 'peer',
    refused: /signer\/certificate-usage/,
  },
];
