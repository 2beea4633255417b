import { type ErrorCode, OmsError, type Warn } from '@model-signing/core';
import { oneOf, someText, textOrBytes, trueOrFalse } from '@model-signing/x509/options';
import { loadTrustStore } from '#platform';
import type { TrustMaterial } from '#sigstore-js';
import { checkChoice } from './choice.ts';
import { anchors } from './generated/anchors.ts';
import { type Instance, instances } from './instances.ts';
import { parseJsonObject, parseTrustRoot, parseTrustRoots, unreadable } from './parse-trust-root.ts';

/** Where the trust root comes from: a file's contents, or a public instance. Only `refresh` uses the network. */
export type TrustSource =
  | {
      /**
       * A trust root: JSON in the form of Sigstore's `TrustedRoot`. Of several, one a line, any may verify a signature, each by
       * itself.
       */
      readonly trustedRoot: string | Uint8Array;
      /** For signing: the services to use, in the form of Sigstore's `SigningConfig`, version 0.2. */
      readonly signingConfig?: string | Uint8Array | undefined;
    }
  | {
      /** Both in one: JSON in the form of Sigstore's `ClientTrustConfig`. */
      readonly trustConfig: string | Uint8Array;
    }
  | {
      /** `public-good` is the public instance, `staging` its test instance. */
      readonly instance: Instance;
      /** Whether to fetch the trust root with The Update Framework and keep it for later calls. Default: false. */
      readonly refresh?: boolean | undefined;
      /**
       * Where fetched trust roots are kept. They are verified at each read, and neither the file nor a directory above it may
       * belong to or be writable by another user. Default: the user's cache directory.
       */
      readonly cacheDirectory?: string | undefined;
    };

/** What there is to choose from, and the options of each choice. */
const choices = {
  trustedRoot: { trustedRoot: textOrBytes, signingConfig: textOrBytes },
  trustConfig: { trustConfig: textOrBytes },
  instance: { instance: oneOf(...Object.keys(instances)), refresh: trueOrFalse, cacheDirectory: someText },
};

/** The public instance, with the newer of the built-in trust root and the one that was fetched last. */
const defaultTrust: TrustSource = { instance: 'public-good' };

const CONFIG_MEDIA_TYPE = 'application/vnd.dev.sigstore.clienttrustconfig.v0.1+json';

/** A loaded trust root. */
export interface Trust {
  /** Any of them may verify a signature; there is at least one. */
  readonly materials: readonly TrustMaterial[];
  /** The parsed signing configuration, if the source has one. */
  readonly signingConfig: unknown;
  readonly instance: Instance | null;
  readonly notices: readonly TrustNotice[];
}

/** What is unusual about a trust root, such as that it is old. */
export interface TrustNotice {
  readonly code: ErrorCode;
  readonly message: string;
}

/** Reports what is unusual about a trust root, as part of the result that rests on it. */
export function warnOf({ notices }: Trust, warn: Warn): void {
  for (const { code, message } of notices) warn(code, message);
}

/**
 * Loads a trust root.
 * @throws {TypeError} for a source that is none, before anything is read
 * @throws {OmsError} `signer/trust-unreadable`, `signer/trust-missing`, `signer/trust-cache`; when refreshing,
 * `signer/service-failed`
 */
export async function loadTrust(given: TrustSource = defaultTrust, signal?: AbortSignal): Promise<Trust> {
  const source = checkChoice(given, choices, 'trust');
  if ('instance' in source) return loadInstance(source, signal);
  if ('trustedRoot' in source) {
    return {
      materials: parseTrustRoots(source.trustedRoot, 'trust root'),
      signingConfig: source.signingConfig && parseJsonObject(source.signingConfig, 'signing configuration'),
      instance: null,
      notices: [],
    };
  }
  const what = 'trust configuration';
  const { mediaType, trustedRoot, signingConfig } = parseJsonObject(source.trustConfig, what);
  if (mediaType !== CONFIG_MEDIA_TYPE) throw unreadable(what, `its mediaType is not ${CONFIG_MEDIA_TYPE}`);
  if (typeof trustedRoot !== 'object' || trustedRoot === null) throw unreadable(what, 'it has no trustedRoot');
  const materials = [parseTrustRoot(trustedRoot, `trust root in the ${what}`)];
  return { materials, signingConfig, instance: null, notices: [] };
}

type InstanceSource = Extract<TrustSource, { readonly instance: Instance }>;

async function loadInstance(
  { instance, refresh, cacheDirectory }: InstanceSource,
  signal?: AbortSignal,
): Promise<Trust> {
  const anchor = anchors[instance];
  const what = `trust root of the instance "${instance}"`;
  const parse = (trustedRoot: string | Uint8Array) => parseTrustRoot(parseJsonObject(trustedRoot, what), what);
  const { readTrustStore, refreshTrustStore } = await loadTrustStore();
  const request = { instance, anchor, directory: cacheDirectory, signal };
  const { stored, problem } = refresh ? await refreshTrustStore(request, parse) : await readTrustStore(request, parse);
  const newest = stored ?? (anchor.builtIn && { ...anchor, trustedRoot: anchor.builtIn.trustedRoot });
  if (!newest) {
    if (problem !== null) throw new OmsError('signer/trust-cache', `${problem}; fetch it again`);
    throw new OmsError('signer/trust-missing', `there is no ${what} yet: fetch it once`);
  }
  return {
    materials: [parse(newest.trustedRoot)],
    signingConfig: undefined,
    instance,
    notices: [...cacheNotices(problem, stored !== null), ...ageNotices(what, newest)],
  };
}

function cacheNotices(problem: string | null, isFetched: boolean): TrustNotice[] {
  if (problem === null) return [];
  const message = isFetched ? problem : `${problem}; the built-in one is used instead`;
  return [{ code: 'signer/trust-cache', message }];
}

/** OMS-TRUST-4. */
function ageNotices(
  what: string,
  { source, expires }: { readonly source: string; readonly expires: string },
): TrustNotice[] {
  if (Date.parse(expires) > Date.now()) return [];
  const message = `the ${what}, from ${source}, was meant to be used until ${expires.slice(0, 10)}: fetch the current one`;
  return [{ code: 'signer/trust-outdated', message }];
}
