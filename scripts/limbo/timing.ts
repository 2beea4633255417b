// Measures the cost of a chain of three certificates, as a multiple of one bare signature check.
import { sign, verify } from 'node:crypto';
import { type KeyType, makeChain } from '@model-signing/testing/certificates';
import { parseCertificate, verifyPath } from '../../packages/x509/src/index.ts';

const ROUNDS = 15;
const RUNS = 200;

function secondsOf(run: () => unknown): number {
  const started = performance.now();
  for (let i = 0; i < RUNS; i++) run();
  return (performance.now() - started) / 1000 / RUNS;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** The time to parse three certificates and build the path, divided by that of one signature check with an imported key. */
export function chainRatio(key: KeyType, hash: string): number {
  const { root, intermediates, leaf } = makeChain({ key });
  const time = new Date();
  const chain = () =>
    verifyPath({
      leaf: parseCertificate(leaf.der),
      intermediates: intermediates.map(({ der }) => parseCertificate(der)),
      anchors: [parseCertificate(root.der)],
      time,
      usage: 'code-signing',
    });
  const { privateKey, publicKey } = leaf.keys;
  const message = leaf.der;
  const signature = sign(hash, message, privateKey);
  const bare = () => verify(hash, message, publicKey, signature);
  secondsOf(chain);
  secondsOf(bare);
  // Alternate, so that other load on the machine affects both equally.
  const ratios = Array.from({ length: ROUNDS }, () => secondsOf(chain) / secondsOf(bare));
  return median(ratios);
}
