import { createHash } from 'node:crypto';
import { type Json, type JsonObject, parseJson } from './json.ts';
import { Judge, Refusal } from './judgement.ts';
import { policyShaped } from './policy-shape.ts';
import { isObject } from './statement.ts';

/** What a certificate must say, exactly or as a pattern. */
export type Expected = string | { readonly pattern: string };

/** A signer of a policy, with the contents of its files. */
export interface PolicySigner {
  readonly name: string;
  readonly method: 'key' | 'certificate' | 'sigstore';
  readonly publicKey: string;
  readonly trusted: readonly string[];
  readonly timestampRoots: readonly string[];
  readonly identity: Expected | undefined;
  readonly subject: Expected | undefined;
  readonly fingerprint: string | undefined;
  readonly validUntil: string | undefined;
}

/** What a rule requires, with the defaults. */
export interface Requirements {
  readonly signedBy: readonly string[];
  readonly threshold: number;
  readonly ignoredPaths: readonly string[];
  readonly unsignedFiles: 'refuse' | 'report';
  readonly symlinks: boolean;
  readonly hashAlgorithms: readonly string[] | undefined;
  readonly historicalFormats: boolean;
  readonly timestamp: 'required' | 'optional';
  readonly signedAfter: string | undefined;
  readonly signedBefore: string | undefined;
  readonly strict: boolean;
  readonly rootDigests: readonly string[] | undefined;
  readonly attestations: readonly { readonly predicateType: string; readonly signedBy: readonly string[] }[];
}

export interface PolicyRule {
  readonly match: readonly string[];
  /** Null if the rule refuses every model. */
  readonly requirements: Requirements | null;
  readonly enforced: boolean;
}

export interface Policy {
  readonly enforced: boolean;
  readonly signers: ReadonlyMap<string, PolicySigner>;
  readonly rules: readonly PolicyRule[];
  readonly revokedDigests: readonly string[];
  /** By the name of the signer, the date from which it no longer counts. */
  readonly revokedSigners: Readonly<Record<string, string>>;
}

const DEFAULTS = {
  threshold: 1,
  ignoredPaths: ['.git', '.gitattributes', '.github', '.gitignore'],
  unsignedFiles: 'refuse',
  symlinks: false,
  historicalFormats: false,
  timestamp: 'optional',
  strict: false,
  attestations: [],
} as const;

/**
 * Reads a policy: section 13.5.
 * @param read returns a file that the policy names, or null if there is none
 */
export function readPolicy(bytes: Uint8Array, read: (file: string) => Buffer | null, judge: Judge): Policy {
  const document = policyShaped(parsed(bytes, judge), judge);
  const enforced = document.mode !== 'warn';
  const { rootDigests = [], signers: revokedSigners = {} } = (document.revoked ?? {}) as Revoked;
  const signers = new Map(
    Object.entries(document.signers as JsonObject).map(([name, signer]) => [
      name,
      signerOf(name, signer as unknown as Signer, read, judge),
    ]),
  );
  const rules = (document.models as unknown as Rule[]).map(
    ({ match, require, mode }): PolicyRule => ({
      match,
      requirements: require ? ({ ...DEFAULTS, ...require } as unknown as Requirements) : null,
      enforced: mode === undefined || judge.has('policy-mode-of-rule-ignored') ? enforced : mode === 'enforce',
    }),
  );
  checkTexts(document, rules, judge);
  const required = rules.flatMap(({ requirements }) => requirements ?? []);
  const named = [
    ...required.flatMap(({ signedBy, attestations }) => [
      ...signedBy,
      ...attestations.flatMap((each) => each.signedBy),
    ]),
    ...Object.keys(revokedSigners),
  ];
  const unknown = named.find((name) => !signers.has(name));
  judge.refuseIf(unknown !== undefined, 'policy-undefined-signers-passed', 'policy/invalid', `no signer ${unknown}`);
  return { enforced, signers, rules, revokedDigests: rootDigests, revokedSigners };
}

/** A date of the shape of one that does not exist, and patterns with what has a meaning elsewhere, mean nothing. */
function checkTexts(document: JsonObject, rules: readonly PolicyRule[], judge: Judge): void {
  const texts = JSON.stringify(document).matchAll(/"(\d{4}-\d\d-\d\d)(T\d\d:\d\d:\d\dZ)?"/g);
  const exists = (text: string) =>
    !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text.replace('Z', ''));
  const wrongDate = [...texts].find(([, day = '', time = '']) => !exists(day + time));
  judge.refuseIf(wrongDate !== undefined, 'policy-dates-of-any-kind', 'policy/invalid', `no date ${wrongDate?.[0]}`);
  const wrong = rules.flatMap(({ match }) => match).find((pattern) => /\*{3}|[?[\]{}]|^[!~]/.test(pattern));
  judge.refuseIf(wrong !== undefined, 'policy-patterns-of-any-kind', 'policy/invalid', `no pattern ${wrong}`);
}

interface Revoked {
  readonly rootDigests?: readonly string[];
  readonly signers?: Readonly<Record<string, string>>;
}

interface Rule {
  readonly match: readonly string[];
  readonly require?: object;
  readonly mode?: string;
}

type File = string | { readonly path: string; readonly sha256: string };

type Signer = Omit<PolicySigner, 'name' | 'publicKey' | 'trusted' | 'timestampRoots'> & {
  readonly publicKey?: string;
  readonly publicKeyFile?: File;
  readonly trusted?: readonly string[];
  readonly trustedFiles?: readonly File[];
  readonly timestampRoots?: readonly string[];
  readonly timestampRootFiles?: readonly File[];
};

function parsed(bytes: Uint8Array, judge: Judge): Json {
  try {
    if (judge.has('policy-duplicate-members-passed')) return JSON.parse(new TextDecoder().decode(bytes)) as Json;
    return parseJson(bytes, 'bundle', new Judge(new Set()));
  } catch (error) {
    if (!(error instanceof Refusal || error instanceof SyntaxError)) throw error;
    throw new Refusal('policy/invalid', error.message, { checks: ['policy-duplicate-members-passed'] });
  }
}

function signerOf(name: string, signer: Signer, read: (file: string) => Buffer | null, judge: Judge): PolicySigner {
  const contents = (files: readonly File[] = []) => files.map((file) => contentOf(file, read, judge));
  const [publicKey = ''] =
    signer.publicKey === undefined ? contents(filesOf(signer.publicKeyFile)) : [signer.publicKey];
  const other = signer.method === 'key' && signer.fingerprint !== undefined && signer.fingerprint !== sha256(publicKey);
  judge.refuseIf(other, 'policy-fingerprints-not-compared', 'policy/file-unusable', `another key of ${name}`);
  return {
    ...signer,
    name,
    publicKey,
    trusted: signer.trusted ?? contents(signer.trustedFiles),
    timestampRoots: signer.timestampRoots ?? contents(signer.timestampRootFiles),
  };
}

const filesOf = (file: File | undefined): readonly File[] => (file === undefined ? [] : [file]);
const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

function contentOf(file: File, read: (file: string) => Buffer | null, judge: Judge): string {
  const path = isObject(file as Json) ? (file as { path: string }).path : (file as string);
  const content = read(path);
  judge.refuseIf(content === null, 'policy-unreadable-files-passed', 'policy/file-unusable', path);
  const stated = typeof file === 'string' ? null : file.sha256;
  const other = content !== null && stated !== null && sha256(content) !== stated;
  judge.refuseIf(other, 'policy-fingerprints-not-compared', 'policy/file-unusable', `another file ${path}`);
  return content === null ? '' : content.toString();
}
