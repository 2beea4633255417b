import type { RequirementId as CurrentId } from '@model-signing/spec';
import type { RequirementId as DraftId } from '@model-signing/spec/v1.1';
import type { PointerKind } from './pointer.ts';
import { printable } from './text.ts';

/** The identifier of a requirement of the format or of its draft. */
export type RequirementId = CurrentId | DraftId;

/** The six stages of the format. Each names a section of the spec, a source file and an error prefix. */
export type Stage = 'bundle' | 'envelope' | 'signer' | 'statement' | 'manifest' | 'model';

/**
 * Every code that an {@link OmsError} can carry, with the requirement that it enforces by default. The table is closed:
 * a new refusal gets a new line here, and a code never changes its meaning.
 */
const requirementOf = {
  'bundle/too-large': 'OMS-LIMIT-1',
  'bundle/out-of-memory': null,
  'bundle/not-json': 'OMS-JSON-2',
  'bundle/duplicate-member': 'OMS-JSON-1',
  'bundle/not-base64': 'OMS-JSON-6',
  'bundle/media-type': 'OMS-BUNDLE-3',
  'bundle/malformed': 'OMS-BUNDLE-6',

  'signer/method-mismatch': 'OMS-METHOD-3',
  'signer/material-ambiguous': 'OMS-METHOD-2',
  'signer/key-mismatch': 'OMS-KEY-4',
  'signer/key-unreadable': null,
  'signer/key-unsupported': 'OMS-ALG-6',
  'signer/passphrase-missing': null,
  'signer/passphrase-wrong': null,
  'signer/key-answer-invalid': null,
  'signer/historical-key': 'OMS-KEY-7',
  'signer/log-missing': 'OMS-SIGSTORE-3',

  'signer/certificate-unreadable': null,
  'signer/certificate-mismatch': 'OMS-CERT-2',
  'signer/certificate-malformed': 'OMS-CERT-29',
  'signer/certificate-too-large': 'OMS-CERT-26',
  'signer/certificate-algorithm-weak': 'OMS-CERT-18',
  'signer/certificate-algorithm-unsupported': 'OMS-CONF-4',
  'signer/certificate-critical-extension': 'OMS-CERT-8',
  'signer/certificate-expired': 'OMS-CERT-5',
  'signer/certificate-not-yet-valid': 'OMS-CERT-5',
  'signer/certificate-untrusted': 'OMS-CERT-3',
  'signer/certificate-not-a-ca': 'OMS-CERT-8',
  'signer/certificate-path-length': 'OMS-CERT-8',
  'signer/certificate-name-constraint': 'OMS-CERT-8',
  'signer/certificate-usage': 'OMS-CERT-7',
  'signer/certificate-budget': 'OMS-CERT-15',
  'signer/historical-certificate': 'OMS-HIST-7',
  'signer/system-roots': 'OMS-CERT-13',
  'signer/verification-time': 'OMS-CERT-24',

  'signer/timestamp-ignored': 'OMS-CERT-25',
  'signer/timestamp-unavailable': null,
  'signer/timestamp-malformed': 'OMS-TIME-4',
  'signer/timestamp-refused': 'OMS-TIME-4',
  'signer/timestamp-imprint': 'OMS-TIME-4',
  'signer/timestamp-nonce': 'OMS-TIME-3',
  'signer/timestamp-signature': 'OMS-TIME-4',
  'signer/timestamp-signer': 'OMS-TIME-5',
  'signer/timestamp-usage': 'OMS-TIME-5',
  'signer/timestamp-untrusted': 'OMS-TIME-6',
  'signer/timestamp-expired': 'OMS-TIME-6',
  'signer/timestamp-not-yet-valid': 'OMS-TIME-6',
  'signer/timestamp-path': 'OMS-TIME-6',

  'signer/identity-mismatch': 'OMS-SIGSTORE-5',
  'signer/issuer-mismatch': 'OMS-SIGSTORE-5',
  'signer/log-invalid': 'OMS-SIGSTORE-12',
  'signer/sct-invalid': 'OMS-SIGSTORE-10',
  'signer/timestamp-invalid': 'OMS-SIGSTORE-11',
  'signer/trust-unreadable': null,
  'signer/trust-missing': null,
  'signer/trust-cache': 'OMS-TRUST-5',
  'signer/trust-outdated': 'OMS-TRUST-4',
  'signer/token-missing': null,
  'signer/token-invalid': null,
  'signer/token-audience': null,
  'signer/token-expired': null,
  'signer/login-failed': null,
  'signer/service-failed': null,

  'envelope/payload-type': 'OMS-DSSE-2',
  'envelope/signature-count': 'OMS-DSSE-5',
  'envelope/signature-invalid': 'OMS-DSSE-10',
  'envelope/historical-form': 'OMS-HIST-5',

  'statement/too-large': 'OMS-LIMIT-1',
  'statement/not-json': 'OMS-STMT-6',
  'statement/duplicate-member': 'OMS-JSON-1',
  'statement/type': 'OMS-STMT-2',
  'statement/predicate-type': 'OMS-STMT-4',
  'statement/subject': 'OMS-SUBJECT-2',
  'statement/malformed': 'OMS-STMT-6',
  'statement/predicate-invalid': null,
  'statement/other-subject': null,
  'statement/attestation-missing': null,
  'statement/lineage-unverified': null,

  'manifest/malformed': 'OMS-PRED-2',
  'manifest/empty': 'OMS-RES-8',
  'manifest/too-many-resources': 'OMS-LIMIT-1',
  'manifest/name-invalid': 'OMS-NAME-6',
  'manifest/name-duplicate': 'OMS-RES-10',
  'manifest/unsorted': 'OMS-ORDER-3',
  'manifest/digest-invalid': 'OMS-RES-4',
  'manifest/algorithm-mismatch': 'OMS-RES-6',
  'manifest/algorithm-suffix': 'OMS-RES-12',
  'manifest/algorithm-unsupported': 'OMS-ALG-2',
  'manifest/shard-size-invalid': 'OMS-SHARD-2',
  'manifest/shard-invalid': 'OMS-SHARD-8',
  'manifest/shard-coverage': 'OMS-SHARD-9',
  'manifest/ignore-path-invalid': 'OMS-MATCH-6',
  'manifest/single-file-name': 'OMS-NAME-10',
  'manifest/annotations-invalid': 'OMS-ANNOT-3',
  'manifest/extensions-invalid': 'OMS-EXT-3',
  'manifest/extension-unsupported': 'OMS-EXT-2',
  'manifest/sub-manifest-invalid': 'OMS-SUB-7',
  'manifest/root-digest-mismatch': 'OMS-ROOT-3',

  'model/not-found': null,
  'model/not-signed': 'OMS-PARTIAL-6',
  'model/unreadable': null,
  'model/out-of-memory': null,
  'model/unit-too-large': null,
  'model/empty': 'OMS-ENUM-3',
  'model/too-many-files': 'OMS-LIMIT-4',
  'model/unsupported-file': 'OMS-ENUM-5',
  'model/symlink': 'OMS-LINK-1',
  'model/symlink-hub-cache': 'OMS-LINK-1',
  'model/symlink-outside': 'OMS-LINK-6',
  'model/symlink-broken': 'OMS-LINK-7',
  'model/name-not-utf8': 'OMS-NAME-5',
  'model/ignore-path-outside': 'OMS-MATCH-4',
  'model/ignored-files': 'OMS-IGNORE-11',
  'model/ignored-code': 'OMS-IGNORE-12',
  'model/signature-name': 'OMS-MATCH-10',
  'model/changed': 'OMS-ENUM-8',
  'model/empty-file-unsigned': 'OMS-SHARD-11',
  'model/pointer-file': null,
  'model/reuse-contradicted': null,
  'model/side-file-invalid': 'OMS-SIDE-2',
  'model/mismatch': 'OMS-VERIFY-1',
} as const satisfies Record<`${Stage}/${string}`, RequirementId | null>;

/** One code per cause of refusal: `<stage>/<cause>`. */
export type ErrorCode = keyof typeof requirementOf;

/** All codes, in the order of the stages. */
export const errorCodes = Object.keys(requirementOf) as readonly ErrorCode[];

/**
 * One way in which a model differs from its manifest.
 *
 * `modified`: the file is there with other content; `missing`: it is listed and not there; `unsigned`: it is there,
 * neither listed nor excluded; `ignored`: it is there and excluded, which the caller does not accept.
 */
export interface Difference {
  readonly kind: 'modified' | 'missing' | 'unsigned' | 'ignored';
  /** Canonical name of the file, relative to the model root; of an ignored directory, with `/` at the end. Untrusted: escape it with {@link printable} before printing. */
  readonly path: string;
  /** For `modified`: the signed and the found value, such as a digest in hexadecimal or a size in bytes. */
  readonly expected?: string;
  readonly actual?: string;
  /** For `modified`: the found file is only a pointer of this kind to its content, such as `git-lfs`. */
  readonly pointer?: PointerKind;
  /** For a modified shard: the byte range `[start, end)`. */
  readonly range?: readonly [start: number, end: number];
}

export interface OmsErrorOptions {
  /** The underlying error, if there is one. */
  readonly cause?: unknown;
  /** The requirement that was broken, if it is narrower than that of the code. */
  readonly requirement?: RequirementId | null | undefined;
  readonly differences?: readonly Difference[];
  /** Whether the entry that was refused is the model itself or one that the signature lists. */
  readonly required?: boolean;
}

/**
 * The bundle, the signature or the model was refused, or the call cannot be carried out with these arguments or on this machine.
 *
 * The message names the offender, what was expected and what was found. It holds no secret, and is {@link printable}. A bug is not
 * a verdict and stays an ordinary error.
 */
export class OmsError extends Error {
  override readonly name = 'OmsError';
  readonly code: ErrorCode;
  readonly stage: Stage;
  /** The requirement of the specification that was broken, or null if the cause lies outside the format. */
  readonly requirement: RequirementId | null;
  /** For `model/mismatch` and `model/ignored-files`: every difference, sorted by path. Otherwise empty. */
  readonly differences: readonly Difference[];
  /** Whether what was refused is the model itself or an entry that the signature lists, so that it cannot be left out. */
  readonly required: boolean;

  constructor(code: ErrorCode, message: string, options: OmsErrorOptions = {}) {
    super(printable(message), 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.stage = stageOf(code);
    this.requirement = options.requirement === undefined ? requirementOf[code] : options.requirement;
    this.differences = options.differences ?? [];
    this.required = options.required ?? false;
  }
}

/** An {@link OmsError} with this code, and the differences that belong to it. */
export type OmsErrorWith<Code extends ErrorCode> = Code extends ErrorCode
  ? OmsError & { readonly code: Code; readonly differences: DifferencesOf<Code> }
  : never;

type DifferencesOf<Code extends ErrorCode> = Code extends 'model/mismatch'
  ? readonly (Difference & { readonly kind: 'modified' | 'missing' | 'unsigned' })[]
  : Code extends 'model/ignored-files'
    ? readonly (Difference & { readonly kind: 'ignored' })[]
    : readonly [];

/**
 * Whether a caught value is an {@link OmsError}, with one of these codes if any are given. It looks at the name of the class, so
 * that an error from another copy of this package is recognised too.
 *
 * @example
 * const verifier = keyVerifier({ publicKey: await readFile('key.pub.pem') });
 * try {
 *   await verifyModel(localModel('my-model'), await readFile('model.sig'), verifier);
 * } catch (error) {
 *   if (!isOmsError(error, 'model/mismatch')) throw error;
 *   for (const { kind, path } of error.differences) console.log(kind, printable(path));
 * }
 */
export function isOmsError<Code extends ErrorCode = ErrorCode>(
  error: unknown,
  ...codes: readonly Code[]
): error is OmsErrorWith<Code> {
  if (!(error instanceof Error) || error.name !== 'OmsError') return false;
  return codes.length === 0 || codes.includes((error as OmsError).code as Code);
}

function stageOf(code: ErrorCode): Stage {
  return code.slice(0, code.indexOf('/')) as Stage;
}

/** Something unusual that was accepted; strict mode refuses it with the same code. */
export interface Warning {
  readonly code: ErrorCode;
  readonly message: string;
  readonly requirement: RequirementId | null;
}

/** Collects warnings for one result; in strict mode, throws at the first. */
export class Warnings {
  readonly list: Warning[] = [];
  readonly #strict: boolean;
  #refusal: OmsError | undefined;
  #closed = false;

  constructor(strict = false) {
    this.#strict = strict;
  }

  /** @throws {OmsError} with `code`, in strict mode. */
  add(code: ErrorCode, message: string): void {
    if (this.#closed) throw new Error(`a warning came after the result: ${printable(message)} [${code}]`);
    if (this.#strict) {
      this.#refusal ??= new OmsError(code, `${message} (refused in strict mode)`);
      throw this.#refusal;
    }
    this.list.push({ code, message: printable(message), requirement: requirementOf[code] });
  }

  /** The function to give to a signer, a verifier or a model. */
  readonly warn = (code: ErrorCode, message: string): void => this.add(code, message);

  /**
   * The warnings for the result, after which none can be added.
   * @throws {OmsError} in strict mode, if there was a warning and what it threw was caught
   */
  close(): readonly Warning[] {
    this.#closed = true;
    if (this.#refusal) throw this.#refusal;
    return this.list;
  }
}
