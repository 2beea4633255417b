import { X509Certificate } from 'node:crypto';
import { type Certificate, parseCertificate, type Usage, verifyPath } from '../../../packages/x509/src/index.ts';
import { certificateOf, firstInside, issue } from '../authorities.ts';
import { mutateDer } from '../mutate/der.ts';
import type { Random } from '../random.ts';
import { accepted, refusalBy, type Target, type Verdict, WrongVerdict } from '../target.ts';
import { seedVectors } from '../vectors.ts';

/** The input in JSON: certificates in Base64. */
interface Chain {
  /** A certificate, or what is to be signed by the intermediate of `seeds/authorities.json`. */
  readonly leaf: { readonly der: string } | { readonly tbs: string };
  readonly others: readonly string[];
  readonly anchors: readonly string[];
  /** In ISO 8601. */
  readonly time: string;
  readonly usage: Usage;
}

/** Certificates and paths: what is accepted was signed as it is, and OpenSSL agrees on signatures, times and usages. */
export function certificateTarget(): Target {
  const chains = [...chainsOfVectors(), ownChain(), toBeSigned()];
  const signed = new Set(chains.flatMap((chain) => certificatesIn(chain)).map(signedPart));
  return {
    name: 'certificate',
    description: 'certificates and paths: accepted ones are signed as they are, and OpenSSL agrees',
    seeds: () => chains.map(encode),
    generate: (random) => mutate(encode(random.pick(chains) ?? ownChain()), random, chains),
    mutate: (input, random) => mutate(input, random, chains),
    check: (input) => check(JSON.parse(Buffer.from(input).toString()), signed),
  };
}

const encode = (chain: Chain) => Buffer.from(JSON.stringify(chain));
const base64 = (der: Uint8Array) => Buffer.from(der).toString('base64');
const signedPart = (der: Uint8Array) => firstInside(der).toString('latin1');

function certificatesIn({ leaf, others, anchors }: Chain): Buffer[] {
  return ['der' in leaf ? leaf.der : [], others, anchors].flat().map((text) => Buffer.from(text, 'base64'));
}

const TIME = '2025-01-01T00:00:00Z';

function ownChain(): Chain {
  const [leaf, between, root] = (['leaf', 'intermediate', 'root'] as const).map((name) => base64(certificateOf(name)));
  return {
    leaf: { der: String(leaf) },
    others: [String(between)],
    anchors: [String(root)],
    time: TIME,
    usage: 'code-signing',
  };
}

function toBeSigned(): Chain {
  return { ...ownChain(), leaf: { tbs: base64(firstInside(certificateOf('leaf'))) } };
}

function chainsOfVectors(): Chain[] {
  const chains = seedVectors(20_000).flatMap(({ vector: { inputs }, bundle, read }): Chain[] => {
    if (inputs.method !== 'certificate') return [];
    const held = heldIn(bundle);
    const [leaf, ...others] = held;
    if (leaf === undefined) return [];
    const anchors = (inputs.roots ?? []).flatMap((file) => pemBlocks(read(file).toString()));
    return [{ leaf: { der: leaf }, others, anchors, time: inputs.verificationTime ?? TIME, usage: 'code-signing' }];
  });
  return [...new Map(chains.map((chain) => [JSON.stringify(chain), chain])).values()];
}

function heldIn(bundle: Buffer): string[] {
  try {
    const { certificates } = JSON.parse(bundle.toString()).verificationMaterial.x509CertificateChain;
    return certificates.map(({ rawBytes }: { readonly rawBytes: unknown }) => String(rawBytes));
  } catch {
    return [];
  }
}

function pemBlocks(text: string): string[] {
  return [...text.matchAll(/-----BEGIN CERTIFICATE-----([^-]+)-----END/g)].map(([, block]) =>
    String(block).replace(/\s/g, ''),
  );
}

const usages = ['code-signing', 'code-signing-compat', 'timestamping', 'any'] as const;

function mutate(input: Uint8Array, random: Random, chains: readonly Chain[]): Uint8Array {
  const chain = JSON.parse(Buffer.from(input).toString()) as Chain;
  const other = random.pick(chains) ?? chain;
  const change = (text: string) => base64(mutateDer(Buffer.from(text, 'base64'), random));
  const changeOne = (list: readonly string[]) => {
    const at = random.below(list.length);
    return list.map((item, i) => (i === at ? change(item) : item));
  };
  switch (random.below(12)) {
    case 0:
      return encode({ ...chain, others: changeOne(chain.others) });
    case 1:
      return encode({ ...chain, anchors: changeOne(chain.anchors) });
    case 2:
      return encode({ ...chain, others: [...chain.others, ...other.others, ...chain.others.slice(0, 1)] });
    case 3:
      return encode({ ...chain, others: [], anchors: random.chance(0.5) ? chain.anchors : [...chain.others] });
    case 4:
      return encode({ ...chain, usage: random.pick(usages) });
    case 5:
      return encode({
        ...chain,
        time: random.pick(['2019-12-31T23:59:59Z', '2050-01-01T00:00:00Z', TIME, '2100-01-01T00:00:00Z']),
      });
    case 6:
      return encode({ ...chain, anchors: other.anchors });
    default:
      return encode({ ...chain, leaf: changeLeaf(chain.leaf, random) });
  }
}

/** Mostly certificates that are signed after they were changed, because others are refused for their signature. */
function changeLeaf(leaf: Chain['leaf'], random: Random): Chain['leaf'] {
  if ('der' in leaf && random.chance(0.7)) return { der: base64(mutateDer(Buffer.from(leaf.der, 'base64'), random)) };
  const tbs = 'tbs' in leaf ? Buffer.from(leaf.tbs, 'base64') : firstInside(certificateOf('leaf'));
  return { tbs: base64(mutateDer(tbs, random)) };
}

function check(chain: Chain, signed: ReadonlySet<string>): Verdict {
  const der =
    'der' in chain.leaf
      ? Buffer.from(chain.leaf.der, 'base64')
      : issue(Buffer.from(chain.leaf.tbs, 'base64'), 'intermediate');
  const parse = (text: string) => parseCertificate(Buffer.from(text, 'base64'));
  let path: readonly Certificate[];
  try {
    const leaf = parseCertificate(der);
    const [intermediates, anchors] = [chain.others.map(parse), chain.anchors.map(parse)];
    const options = { leaf, intermediates, anchors, time: new Date(chain.time), usage: chain.usage };
    path = verifyPath(options).certificates;
  } catch (error) {
    return refusalBy(error);
  }
  checkSignedParts(path, 'tbs' in chain.leaf, signed);
  checkByOpenssl(path, chain);
  return accepted(`${chain.usage} ${path.length} ${[...(path[0]?.extensions.all.keys() ?? [])].join()}`);
}

/** A certificate below an anchor must be one that its issuer signed, bit for bit. */
function checkSignedParts(path: readonly Certificate[], isIssued: boolean, signed: ReadonlySet<string>): void {
  for (const { raw } of path.slice(isIssued ? 1 : 0, -1)) {
    if (!signed.has(signedPart(raw))) throw new WrongVerdict('a certificate that was never signed is in the path');
  }
}

const usageOids = { 'code-signing': '1.3.6.1.5.5.7.3.3', timestamping: '1.3.6.1.5.5.7.3.8' } as const;

/** An attribute of a name (2.5.4.x) and a tag that is not that of a string. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are octets of DER
const unusualAttribute = /\x06\x03\x55\x04[\s\S][^\x0c\x12\x13\x14\x16\x1c\x1e]/;

function checkByOpenssl(path: readonly Certificate[], { time, usage }: Chain): void {
  // OpenSSL refuses a name whose attribute is no string; RFC 5280 allows any type, and the value is compared octet by octet.
  if (path.some(({ raw }) => unusualAttribute.test(Buffer.from(raw).toString('latin1')))) return;
  const certificates = path.map(({ raw }) => parsedByOpenssl(raw));
  for (const [i, certificate] of certificates.entries()) {
    const at = new Date(time);
    if (at < certificate.validFromDate || at > certificate.validToDate)
      throw new WrongVerdict('OpenSSL: not valid then');
    const issuer = certificates[i + 1];
    if (!issuer) continue;
    if (!issuer.ca) throw new WrongVerdict('OpenSSL: the issuer is no authority');
    if (!certificate.verify(issuer.publicKey)) throw new WrongVerdict('OpenSSL: the signature is wrong');
    if (!certificate.checkIssued(issuer)) throw new WrongVerdict('OpenSSL: the issuer has not issued it');
  }
  const wanted = usageOids[usage as keyof typeof usageOids];
  // A certificate for signing code may have a key usage alone; Node calls the extended one `keyUsage`.
  const found: readonly string[] | undefined = certificates[0]?.keyUsage;
  const hasUsage = found ? wanted === undefined || found.includes(wanted) : usage !== 'timestamping';
  if (!hasUsage) throw new WrongVerdict('OpenSSL: the usage is missing');
}

function parsedByOpenssl(der: Uint8Array): X509Certificate {
  try {
    return new X509Certificate(der);
  } catch (error) {
    throw new WrongVerdict(`OpenSSL cannot parse it: ${error instanceof Error ? error.message : error}`);
  }
}
