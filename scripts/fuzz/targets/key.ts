import { createHash, createPrivateKey, createPublicKey, verify } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { certificateVerifier } from '../../../packages/core/src/index.ts';
import { importPrivateKey, importPublicKey } from '../../../packages/core/src/methods/ec-key.ts';
import { mutateBytes } from '../mutate/bytes.ts';
import { mutateDer } from '../mutate/der.ts';
import { mutateString } from '../mutate/json.ts';
import { canonicalKey, plainPem } from '../public-keys.ts';
import type { Random } from '../random.ts';
import { accepted, refusalBy, type Target, type Verdict, WrongVerdict } from '../target.ts';
import { vectorsFolder } from '../vectors.ts';

/** The input: a letter for what the text after it is to be. */
type Kind = 'p' | 's' | 'c';

const MESSAGE = Buffer.from('a message');

/** Keys and certificates in PEM. Encrypted keys are left out: their owner decides how long deriving a key takes. */
export function keyTarget(): Target {
  const seeds = [...filesIn('keys'), ...filesIn('certificates')];
  return {
    name: 'key',
    description: 'public keys, private keys and certificates in PEM: what is read is what OpenSSL reads',
    seeds: () => seeds,
    generate: (random) => mutate(random.pick(seeds) ?? Buffer.from('p'), random),
    mutate,
    check,
  };
}

function filesIn(folder: 'keys' | 'certificates'): Buffer[] {
  return readdirSync(path.join(vectorsFolder, 'v1.0', folder))
    .sort()
    .map((name) => {
      const kind = folder === 'certificates' ? 'c' : name.includes('.pub.') ? 'p' : 's';
      return Buffer.concat([Buffer.from(kind), readFileSync(path.join(vectorsFolder, 'v1.0', folder, name))]);
    });
}

const lines = [
  '\ufeff',
  '\r',
  ' ',
  '\\n',
  '-----BEGIN CERTIFICATE-----\n',
  '-----END PUBLIC KEY-----\n',
  'Proc-Type: 4,ENCRYPTED\n',
  '\u0000',
];
const labels = [
  'PUBLIC KEY',
  'PRIVATE KEY',
  'EC PRIVATE KEY',
  'CERTIFICATE',
  'RSA PUBLIC KEY',
  'ENCRYPTED PRIVATE KEY',
  'OPENSSH PRIVATE KEY',
];

function mutate(input: Uint8Array, random: Random): Buffer {
  const text = Buffer.from(input).toString('latin1');
  const [kind, body] = [text[0] ?? 'p', text.slice(1)];
  const written = (changed: string) => Buffer.from(kind + changed, 'latin1');
  switch (random.below(8)) {
    case 0:
      return Buffer.concat([Buffer.from(kind), mutateBytes(Buffer.from(body, 'latin1'), random)]);
    case 1:
      return written(mutateString(body, random));
    case 2: {
      const at = random.below(body.length + 1);
      return written(body.slice(0, at) + Buffer.from(random.pick(lines) ?? '').toString('latin1') + body.slice(at));
    }
    case 3:
      return written(body.replace(/(?<=-----(?:BEGIN|END) )[A-Z ]+(?=-----)/g, random.pick(labels) ?? ''));
    case 4:
      return Buffer.from(random.pick(['p', 's', 'c'] as const) + body, 'latin1');
    default:
      return written(
        body.replace(/(-----\r?\n)([\w+/=\s]+)(-----END)/, (_, begin: string, block: string, end: string) => {
          return `${begin}${wrapped(mutateDer(Buffer.from(block, 'base64'), random))}\n${end}`;
        }),
      );
  }
}

function wrapped(der: Uint8Array): string {
  return (
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  ).join('\n');
}

async function check(input: Uint8Array): Promise<Verdict> {
  const kind = String.fromCharCode(input[0] ?? 0) as Kind;
  const text = Buffer.from(input).subarray(1);
  try {
    if (kind === 'c') {
      certificateVerifier({ trusted: [text] });
      return accepted('certificate');
    }
    if (kind === 's') return await checkPrivateKey(text);
    const { curve, hint } = importPublicKey(text);
    const pem = canonicalKey(text);
    if (hint !== createHash('sha256').update(pem).digest('hex'))
      throw new WrongVerdict('another key than OpenSSL reads');
    return accepted(curve);
  } catch (error) {
    if (error instanceof WrongVerdict) throw error;
    return refusalBy(error);
  }
}

const hashes = { 'P-256': 'sha256', 'P-384': 'sha384', 'P-521': 'sha512' } as const;

async function checkPrivateKey(text: Buffer): Promise<Verdict> {
  const key = importPrivateKey(text, undefined);
  const signature = await key.sign([MESSAGE]);
  const publicKey = createPublicKey(createPrivateKey(plainPem(text, 'PRIVATE KEY')));
  const isValid = verify(hashes[key.publicKey.curve], MESSAGE, publicKey, signature);
  if (!isValid) throw new WrongVerdict('the signature is not by the key that OpenSSL reads');
  return accepted(`private ${key.publicKey.curve}`);
}
