import path from 'node:path';
import { type Difference, type ErrorCode, isReservedType, type OmsError, predicateTypeOf } from '@model-signing/core';
import { hasScheme } from './addresses.ts';
import { leftoverOf } from './leftovers.ts';
import { ignoreFlags, shellWord } from './shell-words.ts';
import { meantInStore } from './store-names.ts';
import { isSystemError, systemHints } from './system-errors.ts';

/** The call that failed, as far as hints depend on it. */
export interface Call {
  /** The names of the flags that the command has. */
  readonly known: ReadonlySet<string>;
  /** The values that were given, by their property names. */
  readonly given: Readonly<Record<string, unknown>>;
  /** What the command works on, as it was typed. */
  readonly operand: string;
}

/** The path of the model; null if it is in a store, or a manifest stands in its place. */
function pathOf({ operand, given }: Call): string | null {
  return given.ociManifest !== undefined || hasScheme(operand) ? null : operand;
}

type Hint = string | ((call: Call, error: OmsError) => string | null | false | undefined);

const inspect =
  (what: string): Hint =>
  ({ given }, error) => {
    const named = typeof given.signature === 'string' && given.signature !== '-' ? [given.signature] : null;
    const { inspect = named } = error as OmsError & Located;
    const words = inspect?.map(shellWord) ?? [null];
    return `model-signing inspect ${words.includes(null) ? 'FILE' : words.join(' ')} shows ${what}`;
  };

const whoSigned = 'accept this signer only if you know them: anyone can sign with an identity of their own';

/** Who attests may be another one than who signed the model. */
const signedByAnother: Hint = ({ given }) =>
  !(given.signerKey ?? given.signerCertificate ?? given.signerIdentity) &&
  'if another one signed the model, name them with --signer-key, --signer-certificate or --signer-identity';

/** Something else than a signature that was given as one: what its type says. */
const isAttestation: Hint = ({ known }, { message }) => {
  const [, found = ''] = / found "([^"]+)"$/.exec(message) ?? [];
  if (predicateTypeOf(found) === null || isReservedType(found)) return null;
  return known.has('require-attestation')
    ? 'it is an attestation, a claim about a model: name its file with --attestations, and the signature with --signature'
    : 'it is an attestation, a claim about a model: name the signature of the model, such as model.sig';
};

/** A hint that is of use only if the flag was given, because leaving it out helps. */
const onlyIf =
  (name: string, text: string): Hint =>
  ({ given }) =>
    Boolean(given[name]) && text;

/** A hint that offers a flag, which helps only if it was not given. */
const unless =
  (name: string, text: string): Hint =>
  ({ given }) =>
    !given[name] && text;

const notStrict = (text: string) => onlyIf('strict', `leave out --strict to accept ${text}`);

const isSigning = ({ known }: Call) => known.has('hash');

const isThisTheSignature: Hint = (_, { message }) => {
  if (message.includes('byte order mark')) {
    const [, encoding] = /it is in (UTF-(?:16|32)(?:LE|BE)?),/.exec(message) ?? [];
    return encoding === undefined
      ? 'tail -c +4 FILE > NEW removes the mark'
      : `iconv -f ${encoding} -t UTF-8 FILE > NEW converts it`;
  }
  if (message.startsWith('this file holds several bundles')) {
    return 'model-signing inspect lists them; to verify one, write its line into a file of its own';
  }
  return 'is this the signature file, such as model.sig?';
};

/** What cannot be left out must be put right: it is the model itself, or the signature lists it. */
const leaveOut: Hint = (call, { required }) => {
  if (!required) return 'leave it out with --ignore-paths, if it is not part of the model';
  return isSigning(call) ? null : 'the signature lists it, so it cannot be left out: restore what was signed';
};

/** What to do about a link that a draft does not follow. */
const withoutLinks =
  'copy the file that the link leads to in its place (cp -L), or leave the link out with --ignore-paths';

const notAFile: Hint = (call, error) =>
  error.required && error.requirement === 'OMS-ENUM-5'
    ? 'give the path of a directory or of a regular file'
    : (leaveOut as Exclude<Hint, string>)(call, error);

/** What a user can do about a part of a model that the system does not let us read, by the system's reason. */
const unreadable: Hint = (_, { required, cause }) => {
  const code = isSystemError(cause) ? (cause.code ?? '') : '';
  const known = Object.hasOwn(systemHints, code) ? (systemHints[code] as string) : null;
  if (required) return known;
  const left = 'leave it out with --ignore-paths, if it is not part of the model';
  return known === null || code === 'EMFILE' || code === 'ENFILE' ? (known ?? left) : `${known}; or ${left}`;
};

/** What a user can do about an error, by its code. A hint that names a flag that the command does not have is left out. */
const hints: Partial<Record<ErrorCode, readonly Hint[]>> = {
  'bundle/not-json': [isThisTheSignature],
  'bundle/malformed': [isThisTheSignature],
  'signer/method-mismatch': [inspect('how the model was signed'), signedByAnother],
  'signer/key-mismatch': [
    inspect('the hint of the key that signed: compare it with the key that you expect'),
    signedByAnother,
  ],
  'signer/key-unsupported': [(call) => isSigning(call) && 'model-signing key generate makes a key that can be used'],
  'signer/key-answer-invalid': [
    'nothing was signed; if the key was not replaced just now, what holds it is faulty: key public shows which key it has',
  ],
  'signer/passphrase-missing': [
    ({ given }) =>
      given.privateKey === '-' || given.privateKey === '/dev/stdin'
        ? 'give it with --passphrase-file FILE or in MODEL_SIGNING_PASSPHRASE: standard input holds the key'
        : 'give it with --passphrase-file FILE, with --passphrase-file - on standard input, or in MODEL_SIGNING_PASSPHRASE',
  ],
  'signer/identity-mismatch': [whoSigned],
  'signer/issuer-mismatch': [whoSigned],
  'signer/token-missing': ['give one with --identity-token-file, or leave out --use-ambient-credentials to sign in'],
  'signer/trust-cache': [
    ({ given }, { message }) => {
      if (message.includes('the directory ')) {
        return 'make that directory writable by you alone, with chmod go-w, or remove the stored file';
      }
      return !given.refreshTrust && '--refresh-trust fetches the current trust root, and replaces the stored one';
    },
  ],
  'signer/trust-outdated': [unless('refreshTrust', 'fetch the current trust root with --refresh-trust')],
  'signer/trust-missing': [unless('refreshTrust', 'fetch it once with --refresh-trust')],
  'signer/certificate-mismatch': [
    'openssl x509 -in CERT -pubkey -noout and openssl pkey -in KEY -pubout print the keys, which must be the same',
  ],
  'signer/certificate-untrusted': [
    onlyIf(
      'requireSelfSignedRoot',
      'with --require-self-signed-root, --certificate-chain must name the root itself, which is self-signed',
    ),
    unless('requireSelfSignedRoot', 'name what you trust with --certificate-chain: the root, or an authority below it'),
    'a private instance of Sigstore needs its own --trusted-root or --trust-config',
  ],
  'signer/certificate-not-yet-valid': [
    onlyIf(
      'verificationTime',
      '--verification-time is before the certificate is valid: choose a later one, or leave it out',
    ),
    unless('verificationTime', 'is the clock of this machine correct?'),
  ],
  'signer/certificate-expired': [
    onlyIf('verificationTime', '--verification-time is after the certificate is valid: choose an earlier one'),
    ({ given }) =>
      !given.verificationTime &&
      !given.timestampRoots &&
      'a signature with a timestamp outlives its certificate: --timestamp-roots names its authority',
    unless('verificationTime', '--verification-time verifies an archive as of a time that you know from elsewhere'),
  ],
  'signer/certificate-usage': [
    'the certificate was issued for something else: ask its authority for one for code signing',
    unless('anyUsage', '--any-usage accepts any certificate for digital signatures, even that of a web server'),
  ],
  'signer/timestamp-ignored': [unless('timestampRoots', 'name the authority of the timestamp with --timestamp-roots')],
  'signer/timestamp-untrusted': ['name the root of the authority that made the timestamp with --timestamp-roots'],
  'signer/timestamp-unavailable': ['is --timestamp-url correct, and is the authority reachable from this machine?'],
  'signer/historical-key': [notStrict('the historical form')],
  'signer/historical-certificate': [notStrict('the historical form')],
  'envelope/historical-form': [notStrict('the historical form')],
  'statement/predicate-type': [
    ({ given }, { message }) =>
      message.includes('/draft/') &&
      (given.draft === undefined
        ? 'it is signed in a draft of the format, which --draft accepts if this version knows it'
        : 'it is signed in another draft of the format than the one of --draft'),
    isAttestation,
  ],
  'manifest/unsorted': [notStrict('it, or ask the signer to sign again')],
  'manifest/single-file-name': [notStrict('it, or ask the signer to sign again')],
  'model/empty-file-unsigned': [notStrict('empty files that the signature does not cover')],
  'model/symlink': [
    (call) =>
      isSigning(call) && call.given.draft === undefined
        ? 'follow links with --allow-symlinks, or leave this one out with --ignore-paths'
        : null,
    (call) => isSigning(call) && call.given.draft !== undefined && withoutLinks,
    (call) => !isSigning(call) && !call.given.allowSymlinks && '--allow-symlinks follows links, as the signer did',
  ],
  'model/symlink-outside': [
    unless('allowExternalSymlinks', 'if you trust what it points to, --allow-external-symlinks follows it'),
    leaveOut,
  ],
  'model/symlink-broken': [leaveOut],
  'model/symlink-hub-cache': [
    unless('hubCache', 'read the files of a snapshot in a Hugging Face cache with --hub-cache'),
  ],
  'model/unreadable': [unreadable],
  'model/ignored-files': [ignoredFiles],
  'model/ignored-code': [
    notStrict('it, remove it, or have it signed: without --ignore-paths, and with --no-ignore-git-paths for .github'),
  ],
  'model/pointer-file': [
    (call, { message }) =>
      fetching(
        call,
        kindsOfPointers.filter(([, title]) => message.includes(`of ${title},`)),
      ),
  ],
  'model/unsupported-file': [notAFile],
  'model/reuse-contradicted': ['sign without --reuse, and find out what changes files without changing their times'],
  'model/changed': ['make sure that nothing writes to the model, and try again'],
  'model/not-found': [
    ({ operand }) =>
      meantInStore(operand) ??
      (/^(?:hf|oci):/i.test(operand) &&
        'a model in a store is named hf://ORG/MODEL or oci://REGISTRY/NAME, with two slashes'),
  ],
  'model/not-signed': ['files are named as the signature names them', inspect('these names')],
  'model/mismatch': [mismatch, pointersToContent, isThere],
};

/** The hints that depend on the requirement, which override those by code. */
const hintsByRequirement: Partial<Record<NonNullable<OmsError['requirement']>, readonly Hint[]>> = {
  'OMS-LIMIT-3': ['a larger --shard-size gives fewer resources, and so does signing parts of the model by themselves'],
  'OMS-LINK-8': [
    (_, { required }) =>
      required
        ? 'the signature lists a file or directory there: put it back in place of the link'
        : 'if it is not part of the model, remove it, or leave it out with --ignore-paths',
  ],
  'OMS-LINK-20': [withoutLinks, 'without --draft, version 1.0 follows links with --allow-symlinks'],
  'OMS-LINK-10': [], // the model path is a link, and the message says what to do
  'OMS-SIGSTORE-8': ['a private instance of Sigstore needs its own --trusted-root or --trust-config'],
  'OMS-SIGSTORE-9': [inspect('what the certificate says')],
  'OMS-SIGSTORE-14': [inspect('what the certificate says')],
  'OMS-SIGSTORE-22': [inspect('what the certificate says')],
};

/** Facts about the differences that were found after the error was thrown. */
export interface Explained {
  /** One line each. */
  readonly explanations?: readonly string[];
}

/** What to type after `inspect` to see the signature that was refused, which the command may have found itself; null for none. */
export interface Located {
  readonly inspect?: readonly string[] | null;
}

/** The hints for an error of the library, one line each. */
export function hintsFor(error: OmsError, call: Call | null = null): string[] {
  const { explanations = [] } = error as OmsError & Explained;
  const known = call ?? { known: new Set<string>(), given: {}, operand: 'MODEL' };
  // The hints for this code help a verifier, not a signer.
  if (error.requirement === 'OMS-CERT-10' && error.code === 'signer/certificate-expired') {
    return ['sign with a certificate that is valid now: a timestamp does not help an expired one'];
  }
  const [, variable] = /the proxy .*?(?:\(from |in )(\w*_proxy)\b/i.exec(error.message) ?? [];
  if (error.code.startsWith('signer/') && variable !== undefined) {
    return [`is the proxy in ${variable} correct, and reachable? NO_PROXY names the hosts that need none`];
  }
  const chosen = (error.requirement && hintsByRequirement[error.requirement]) ?? hints[error.code] ?? [];
  const lines = chosen.flatMap((hint) => (typeof hint === 'string' ? hint : hint(known, error)) || []);
  return [
    ...explanations,
    ...lines.filter((line) => call === null || flagsIn(line).every((flag) => call.known.has(flag))),
  ];
}

/** The flags of this command that a text names. */
export function flagsIn(text: string): string[] {
  return Array.from(text.matchAll(/(?<![\w-])--([a-z][a-z-]*)/g), ([, name]) => name as string);
}

/** The kinds of pointers, their names in messages, and what fetches their content. */
const kindsOfPointers: readonly (readonly [kind: Difference['pointer'], title: string, command: string])[] = [
  ['git-lfs', 'Git LFS', 'git lfs pull'],
  ['git-xet', 'Git Xet', 'git xet checkout, or download the model again with hf download'],
  ['git-annex', 'git-annex', 'git annex get'],
];

function fetching(call: Call, kinds: typeof kindsOfPointers): string {
  if (pathOf(call) === null) return 'the store has only the pointer: its content has to be uploaded in its place';
  const commands = (kinds.length > 0 ? kinds : kindsOfPointers).map(([, , command]) => command);
  return `fetch the content first, with ${commands.join(' and ')}`;
}

/** Whether what is left out is refused, so that leaving out more does not help. */
function refusesIgnored(given: Call['given']): boolean {
  return given.ignoredFiles === false || (given.strict === true && given.ignoredFiles !== true);
}

/** What to do about ignored files depends on who left them out: this call, or the signer and the defaults. */
function ignoredFiles(call: Call, { differences }: OmsError): string {
  const { given } = call;
  const own = Array.isArray(given.ignorePaths) ? given.ignorePaths.map((one) => path.resolve(`${one}`)) : [];
  const isOwn = (difference: Difference) => {
    const at = path.resolve(pathOf(call) ?? '', difference.path);
    return own.some((one) => at === one || at.startsWith(one + path.sep));
  };
  if (differences.length > 0 && differences.every(({ path: name }) => leftoverOf(name) !== null)) {
    return 'other tools left these files behind: remove them';
  }
  if (differences.some(isOwn)) {
    return 'leave out --ignore-paths, and remove what it names from the model if it is not part of it';
  }
  const accepting = given.strict
    ? `--ignored-files${given.ignoredFiles === false ? ', in place of --no-ignored-files,' : ''} accepts and lists them in strict mode`
    : 'leave out --no-ignored-files to accept and list them';
  return `${accepting}; signing again without the exclusion covers them`;
}

/** Git LFS pointers can be compared without their content, if they are all that differs. */
function pointersToContent(call: Call, { differences }: OmsError): string | null {
  const { strict, lfsPointers } = call.given;
  const isAll = differences.length > 0 && differences.every(({ pointer }) => pointer === 'git-lfs');
  return isAll && !strict && !lfsPointers && pathOf(call) !== null
    ? '--lfs-pointers compares what the pointers point to, without the content'
    : null;
}

/** What is at the place for a model stays as it is. */
function isThere(_: Call, { message }: OmsError): string | false {
  return message.startsWith('the folder ') && 'name another directory with --to, or remove this one';
}

/** The most paths that a hint names. */
const MAX_NAMED = 5;

/** Files that were not signed are the only difference that a flag may accept: what was modified or is missing stays refused. */
function mismatch(call: Call, { differences }: OmsError): string | null {
  const { given } = call;
  const pointers = new Set(differences.map(({ pointer }) => pointer));
  const kinds = kindsOfPointers.filter(([kind]) => pointers.has(kind));
  if (kinds.length > 0) return fetching(call, kinds);
  if (differences.length === 0 || differences.some(({ kind }) => kind !== 'unsigned')) return null;
  const leftovers = new Set(differences.flatMap(({ path: name }) => leftoverOf(name) ?? []));
  const others = differences.flatMap(({ path: name }) => (leftoverOf(name) === null ? name : []));
  const names = [...leftovers, ...others];
  if (refusesIgnored(given)) {
    return others.length === 0
      ? 'other tools left these files behind: remove them'
      : 'remove what is not part of the model; --ignore-unsigned-files accepts all files that are not signed, and lists them';
  }
  const flags =
    names.length <= MAX_NAMED
      ? ignoreFlags(pathOf(call), names)
      : leftovers.size <= MAX_NAMED
        ? ignoreFlags(pathOf(call), [...leftovers])
        : null;
  if (others.length === 0 && flags !== null) {
    return `other tools left these files behind: remove them, or leave them out with ${flags}`;
  }
  const some = names.length <= MAX_NAMED ? 'what is not part of the model' : 'what other tools left behind';
  const leaving = flags ? `leave out ${some} with ${flags}; ` : '';
  return `${leaving}--ignore-unsigned-files accepts all files that are not signed, and lists them`;
}
