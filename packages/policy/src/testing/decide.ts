// A second, slow reading of the format: what a policy decides, straight from the document. It shares no code with the package.

/** What a verifier found out about a model, besides its signatures. */
export interface FoundContent {
  readonly ignored: readonly string[];
  readonly hasUnsigned: boolean;
  readonly hasSymlinks: boolean;
  readonly isHistorical: boolean;
  readonly hasWarnings: boolean;
  readonly hashAlgorithm: string;
  readonly rootDigest: string;
}

export interface FoundSignature {
  readonly method: 'key' | 'certificate' | 'sigstore';
  /** The public key, the trust anchor or the issuer. */
  readonly by: string;
  readonly identity: string;
  readonly subject: string;
  readonly fingerprint: string;
  /** The authority of its timestamp. */
  readonly timestampBy: string | null;
  /** When it was made. */
  readonly time: number;
}

/** The clock of every decision. */
const NOW = Date.parse('2027-01-01T00:00:00Z');

// biome-ignore lint/suspicious/noExplicitAny: the document is read as it is written
type Json = any;

/** What decides on the models of one name. A model passes if its content does and enough different signers count. */
export interface Decision {
  readonly threshold: number;
  passes(content: FoundContent): boolean;
  /** Who signed, if the signature counts: the same text for the same signer. */
  counts(found: FoundSignature): string | null;
}

/** Whether a user may go on, also because the policy only warns. */
export function decisionOf(policy: Json, name: string): Decision {
  const rule = policy.models.find(({ match }: Json) => match.some((pattern: string) => isNameLike(pattern, name)));
  if ((rule?.mode ?? policy.mode) === 'warn') return { threshold: 0, passes: () => true, counts: () => null };
  const { require } = rule ?? {};
  if (require === undefined) return { threshold: 0, passes: () => false, counts: () => null };
  const counts = (found: FoundSignature) => {
    const isNamed = require.signedBy.some((each: string) => accepts(policy.signers[each], found));
    const { by, identity, fingerprint } = found;
    return isNamed && isTimely(policy, require, found) ? `${by} ${identity} ${fingerprint}` : null;
  };
  return { threshold: require.threshold ?? 1, passes: (content) => passes(policy, require, content), counts };
}

function isNameLike(pattern: string, name: string): boolean {
  const [base = ''] = name.startsWith('hf:')
    ? name.split('@')
    : name.startsWith('oci:')
      ? name.split(/(?<=\/[^/]*)[:@]/)
      : [name];
  const isWithout = !/^hf:.*@|^oci:\/\/[^/]*\/.*[:@]/.test(pattern);
  return globExpression(pattern).test(name) || (isWithout && globExpression(pattern).test(base));
}

function globExpression(pattern: string): RegExp {
  const source = pattern.replaceAll(/\*\*|\*|[^*]+/g, (part) =>
    part === '**' ? '[^]*' : part === '*' ? '[^/]*' : part.replaceAll(/[.+^$()|\\/-]/g, '\\$&'),
  );
  return new RegExp(`^${source}$`);
}

function passes(policy: Json, require: Json, content: FoundContent): boolean {
  const paths = require.ignoredPaths ?? ['.git', '.gitattributes', '.github', '.gitignore'];
  if (!content.ignored.every((path) => paths.includes(path))) return false;
  if (content.hasUnsigned && require.unsignedFiles !== 'report') return false;
  if (content.hasSymlinks && require.symlinks !== true) return false;
  if (content.isHistorical && require.historicalFormats !== true) return false;
  if (content.hasWarnings && require.strict === true) return false;
  if (require.hashAlgorithms !== undefined && !require.hashAlgorithms.includes(content.hashAlgorithm)) return false;
  if (require.rootDigests !== undefined && !require.rootDigests.includes(content.rootDigest)) return false;
  return !policy.revoked?.rootDigests?.includes(content.rootDigest);
}

function accepts(signer: Json, found: FoundSignature): boolean {
  if (signer.method !== found.method) return false;
  const isText = (expected: Json, text: string) =>
    expected === undefined ||
    (typeof expected === 'string' ? expected === text : new RegExp(`^(?:${expected.pattern})$`).test(text));
  const verified = verifiedTime(signer, found);
  if (signer.validUntil !== undefined && (verified ?? NOW) > timeOf(signer.validUntil, true)) return false;
  if (signer.method === 'key') return signer.publicKey === found.by;
  if (!isText(signer.identity, found.identity)) return false;
  if (signer.method === 'sigstore') return signer.issuer === found.by;
  const isOne = signer.fingerprint === undefined || signer.fingerprint === found.fingerprint;
  return signer.trusted.includes(found.by) && isOne && isText(signer.subject, found.subject);
}

function verifiedTime(signer: Json, { method, timestampBy, time }: FoundSignature): number | null {
  if (method === 'sigstore') return time;
  return method === 'certificate' && signer.timestampRoots?.includes(timestampBy) ? time : null;
}

function isTimely(policy: Json, require: Json, found: FoundSignature): boolean {
  const signers: [string, Json][] = Object.entries(policy.signers).filter(([, signer]) => accepts(signer, found)) as [
    string,
    Json,
  ][];
  const times = signers.map(([, signer]) => verifiedTime(signer, found));
  const verified = times.find((time) => time !== null) ?? null;
  const isNeeded =
    require.timestamp === 'required' || require.signedAfter !== undefined || require.signedBefore !== undefined;
  if (isNeeded && verified === null) return false;
  if (require.signedAfter !== undefined && Number(verified) < timeOf(require.signedAfter)) return false;
  if (require.signedBefore !== undefined && Number(verified) >= timeOf(require.signedBefore)) return false;
  return signers.every(([name]) => {
    const from = policy.revoked?.signers?.[name];
    return from === undefined || (verified !== null && verified < timeOf(from));
  });
}

function timeOf(text: string, isEnd = false): number {
  return Date.parse(text) + (isEnd && !text.includes('T') ? 86_400_000 - 1 : 0);
}
