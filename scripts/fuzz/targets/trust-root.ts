import { TestInstance, testIdentity, testIssuer } from '@model-signing/testing/sigstore-instance';
import { sigstoreVerifier } from '../../../packages/sigstore/src/index.ts';
import { loadTrust, type Trust } from '../../../packages/sigstore/src/load-trust.ts';
import { type Services, servicesOf } from '../../../packages/sigstore/src/signing-config.ts';
import { leaves, mutateJson, mutateJsonText } from '../mutate/json.ts';
import type { Random } from '../random.ts';
import { accepted, refusalBy, type Target, type Verdict, WrongVerdict } from '../target.ts';
import { seedVectors } from '../vectors.ts';

/** The input: a letter for what the rest of it is. */
const kinds = { r: 'a trust root', s: 'a signing configuration', c: 'a trust configuration' } as const;

type Kind = keyof typeof kinds;

const content = { payloadType: 'application/vnd.in-toto+json', payload: Buffer.from('{"what":"is signed"}') };

/** Files that say whom to trust and which services to use. */
export function trustRootTarget(): Target {
  const instance = new TestInstance();
  const signature = instance.sign(content);
  const root = instance.trustedRoot();
  const roots = seedVectors(60_000).flatMap(({ vector: { inputs }, read }) => {
    return inputs.trustedRoot === undefined ? [] : [read(inputs.trustedRoot).toString()];
  });
  const config = {
    mediaType: 'application/vnd.dev.sigstore.clienttrustconfig.v0.1+json',
    trustedRoot: root,
    signingConfig,
  };
  const seeds = [
    ...[...new Set(roots)].map((text) => encode('r', text)),
    encode('r', OWN),
    encode('s', JSON.stringify(signingConfig)),
    encode('c', JSON.stringify(config).replaceAll(JSON.stringify(root), JSON.stringify(OWN))),
  ];
  return {
    name: 'trust-root',
    description: 'trust roots, signing configurations and trust configurations of Sigstore',
    seeds: () => seeds,
    generate: (random) => mutate(random.pick(seeds) ?? encode('r', OWN), random),
    mutate,
    check: (input) => check(input, { root: JSON.stringify(root), signature }),
  };
}

/** Stands for the trust root of an instance that has other keys in each process. */
const OWN = '{"its":"own"}';

const service = (url: string, majorApiVersion: number, operator: string) => {
  return { url, majorApiVersion, operator, validFor: { start: '2020-01-01T00:00:00Z', end: '2099-01-01T00:00:00Z' } };
};

const signingConfig = {
  mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
  caUrls: [service('https://ca.example', 1, 'a'), service('http://127.0.0.1:8080', 1, 'b')],
  oidcUrls: [service('https://issuer.example/auth', 1, 'a')],
  rekorTlogUrls: [service('https://log.example', 2, 'a'), service('https://log-1.example/', 1, 'b')],
  rekorTlogConfig: { selector: 'ANY' },
  tsaUrls: [service('https://tsa.example/api/v1/timestamp', 1, 'a'), service('https://tsa-2.example', 1, 'b')],
  tsaConfig: { selector: 'EXACT', count: 2 },
};

function encode(kind: Kind, text: string): Buffer {
  return Buffer.from(kind + text);
}

const special = [
  ...leaves,
  ...[
    'http://ca.example',
    'http://localhost:1',
    'https://user:secret@ca.example',
    'https://[::1]/',
    'file:///etc/hosts',
    'https:ca',
  ],
  ...[
    'ALL',
    'ANY',
    'EXACT',
    'SHA2_256',
    'PKIX_ED25519',
    'PKIX_ECDSA_P384_SHA_384',
    'PKIX_RSA_PKCS1V15_2048_SHA256',
    '0000-00-00T00:00:00Z',
  ],
  ...['application/vnd.dev.sigstore.trustedroot.v0.2+json', '+275760-09-13T00:00:00.001Z', '2021', 'Infinity'],
];

function mutate(input: Uint8Array, random: Random): Uint8Array {
  const text = Buffer.from(input).toString();
  const kind = (text[0] ?? 'r') as Kind;
  const document = text.slice(1);
  if (random.chance(0.25)) return encode(kind, mutateJsonText(document, random));
  try {
    return encode(kind, JSON.stringify(mutateJson(JSON.parse(document), random, special)) ?? 'null');
  } catch {
    return encode(kind, mutateJsonText(document, random));
  }
}

interface World {
  readonly root: string;
  readonly signature: ReturnType<TestInstance['sign']>;
}

async function check(input: Uint8Array, { root, signature }: World): Promise<Verdict> {
  const text = Buffer.from(input).toString();
  const document = text.slice(1).replace(OWN, () => root);
  let trust: Trust;
  let services: Services | null = null;
  try {
    if (text[0] === 'r') trust = await loadTrust({ trustedRoot: document });
    else if (text[0] === 's') trust = await loadTrust({ trustedRoot: root, signingConfig: document });
    else trust = await loadTrust({ trustConfig: document });
    if (text[0] !== 'r') services = servicesOf(trust);
  } catch (error) {
    return refusalBy(error);
  }
  if (services) checkServices(services);
  const source = text[0] === 'c' ? { trustConfig: document } : { trustedRoot: text[0] === 's' ? root : document };
  const verdicts = await verifyWith(source, signature);
  return accepted(`${services?.log.version} ${services?.timestampAuthorities.length} ${verdicts}`);
}

/** A token is sent to these addresses, so each must be encrypted or on this machine, and hold no password. */
function checkServices({ certificateAuthority, log, timestampAuthorities, tokenIssuer }: Services): void {
  for (const address of [
    certificateAuthority,
    log.url,
    ...timestampAuthorities,
    ...(tokenIssuer === null ? [] : [tokenIssuer]),
  ]) {
    const url = URL.parse(address);
    const isLoopback = url !== null && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
    const isSecure = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback);
    if (!isSecure || url?.username || url?.password) throw new WrongVerdict(`uses the service ${address}`);
  }
}

/** Whatever a root says, it cannot make a signature cover other content, nor name another signer. */
async function verifyWith(
  trust: { trustedRoot: string } | { trustConfig: string },
  made: World['signature'],
): Promise<string> {
  const verifier = await sigstoreVerifier({ identity: testIdentity, issuer: testIssuer, trust });
  const verify = async (payload: Buffer): Promise<string> => {
    try {
      const { identity } = await verifier.verify({ ...content, payload }, made.signature, made.material, () => {});
      return `${identity.identity} ${identity.issuer}`;
    } catch (error) {
      return refusalBy(error).trait;
    }
  };
  const [right, wrong] = [await verify(content.payload), await verify(Buffer.from('{"what":"is forged"}'))];
  if (wrong === `${testIdentity} ${testIssuer}`) throw new WrongVerdict('accepted content that was never signed');
  return right;
}
