import { OmsError } from '@model-signing/core';
import type { TrustMaterial } from '@sigstore/verify';
import { fetchedTrustFile, loadTrustFetcher, readFetchedTrust } from '#platform';
import { publicGood } from './generated/public-good.ts';
import { type Instance, instances } from './instances.ts';
import { parseJsonObject, parseTrustRoot, unreadable } from './parse-trust-root.ts';

/** Where the trust root comes from: a file's contents, or a public instance. Only `refresh` uses the network. */
export type TrustSource =
  | {
      /** A trust root: JSON in the form of Sigstore's `TrustedRoot`. */
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
      /** Where fetched trust roots are kept. Default: the user's cache directory. */
      readonly cacheDirectory?: string | undefined;
    };

/** The public instance, with the newer of the built-in trust root and the one that was fetched last. */
export const defaultTrust: TrustSource = { instance: 'public-good' };

const CONFIG_MEDIA_TYPE = 'application/vnd.dev.sigstore.clienttrustconfig.v0.1+json';

/** A loaded trust root. */
export interface Trust {
  readonly material: TrustMaterial;
  /** The parsed signing configuration, if the source has one. */
  readonly signingConfig: unknown;
  readonly instance: Instance | null;
  /** Advisory messages for the user, such as that the trust root is old. */
  readonly notices: readonly string[];
}

/**
 * Loads a trust root.
 * @throws {OmsError} `signer/trust-unreadable`, `signer/trust-missing`; when refreshing, `signer/service-failed`
 */
export async function loadTrust(source: TrustSource): Promise<Trust> {
  if ('instance' in source) return loadInstance(source);
  if ('trustedRoot' in source) {
    return {
      material: parseTrustRoot(parseJsonObject(source.trustedRoot, 'trust root'), 'trust root'),
      signingConfig: source.signingConfig && parseJsonObject(source.signingConfig, 'signing configuration'),
      instance: null,
      notices: [],
    };
  }
  const what = 'trust configuration';
  const { mediaType, trustedRoot, signingConfig } = parseJsonObject(source.trustConfig, what);
  if (mediaType !== CONFIG_MEDIA_TYPE) throw unreadable(what, `its mediaType is not ${CONFIG_MEDIA_TYPE}`);
  if (typeof trustedRoot !== 'object' || trustedRoot === null) throw unreadable(what, 'it has no trustedRoot');
  return {
    material: parseTrustRoot(trustedRoot, `trust root in the ${what}`),
    signingConfig,
    instance: null,
    notices: [],
  };
}

type InstanceSource = Extract<TrustSource, { readonly instance: Instance }>;

async function loadInstance({ instance, refresh = false, cacheDirectory }: InstanceSource): Promise<Trust> {
  if (!Object.hasOwn(instances, instance)) throw new TypeError('the instance must be "public-good" or "staging"');
  const file = fetchedTrustFile(instance, cacheDirectory);
  if (refresh) {
    if (file === null)
      throw new OmsError('signer/trust-missing', 'there is no home directory in which a trust root could be kept');
    await (await loadTrustFetcher()).fetchTrust(instance, file);
  }
  const fetched = await readFetchedTrust(file);
  const newest =
    instance === 'public-good' && (fetched?.rootVersion ?? 0) < publicGood.rootVersion ? publicGood : fetched;
  if (!newest) {
    throw new OmsError(
      'signer/trust-missing',
      `there is no trust root of the instance "${instance}" yet: fetch it once`,
    );
  }
  const what = `trust root of the instance "${instance}"`;
  return {
    material: parseTrustRoot(parseJsonObject(newest.trustedRoot, what), what),
    signingConfig: undefined,
    instance,
    notices: noticesOf(what, newest),
  };
}

/** OMS-TRUST-4. */
function noticesOf(what: string, { source, expires }: { readonly source: string; readonly expires: string }): string[] {
  if (Date.parse(expires) > Date.now()) return [];
  return [`the ${what}, from ${source}, was meant to be used until ${expires.slice(0, 10)}: fetch the current one`];
}
