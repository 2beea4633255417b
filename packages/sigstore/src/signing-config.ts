import { quote } from '@model-signing/core';
import { ServiceSelector, SigningConfig } from '@sigstore/protobuf-specs';
import { type Instance, instances } from './instances.ts';
import type { Trust } from './load-trust.ts';
import { unreadable } from './parse-trust-root.ts';
import { readMessage } from './protobuf-json.ts';
import { isSecure } from './secure-url.ts';

/** The services that make a signature. */
export interface Services {
  readonly certificateAuthority: string;
  /** Exactly one, because other clients refuse bundles with more than one entry (OMS-SIGSTORE-6). */
  readonly log: { readonly url: string; readonly version: 1 | 2 };
  readonly timestampAuthorities: readonly string[];
  /** Where a person signs in. */
  readonly tokenIssuer: string | null;
}

const WHAT = 'signing configuration';
const MEDIA_TYPE = 'application/vnd.dev.sigstore.signingconfig.v0.2+json';

/**
 * Returns the current services of a public instance, or those that a signing configuration names.
 * @throws {OmsError} `signer/trust-unreadable`
 */
export function servicesOf({ signingConfig, instance }: Trust): Services {
  if (instance !== null) return servicesOfInstance(instance);
  if (signingConfig === undefined)
    throw unreadable(WHAT, 'none is given: signing needs one to know which services to use');
  return checkTimes(readSigningConfig(signingConfig));
}

function servicesOfInstance(instance: Instance): Services {
  const { certificateAuthority, log, timestampAuthority, tokenIssuer } = instances[instance];
  return {
    certificateAuthority,
    log: { url: log, version: 1 },
    timestampAuthorities: [timestampAuthority],
    tokenIssuer,
  };
}

function readSigningConfig(json: unknown): Services {
  const mediaType = (json as { mediaType?: unknown } | null)?.mediaType;
  if (mediaType !== MEDIA_TYPE) throw unreadable(WHAT, `its mediaType is not ${MEDIA_TYPE}`);
  let config: SigningConfig;
  try {
    config = readMessage(SigningConfig, json);
  } catch (error) {
    throw unreadable(WHAT, 'it does not follow its format', error);
  }
  const { rekorTlogConfig, tsaConfig } = config;
  const [log, ...furtherLogs] = choose(config.rekorTlogUrls, [1, 2], 'transparency log', rekorTlogConfig);
  const [certificateAuthority] = choose(config.caUrls, [1], 'certificate authority');
  if (!log || !certificateAuthority) throw unreadable(WHAT, 'it names no certificate authority or no transparency log');
  if (furtherLogs.length > 0) {
    throw unreadable(WHAT, `it requires ${furtherLogs.length + 1} log entries, and a bundle has one`);
  }
  return {
    certificateAuthority: certificateAuthority.url,
    log: { url: log.url, version: log.version as 1 | 2 },
    timestampAuthorities: choose(config.tsaUrls, [1], 'timestamp authority', tsaConfig).map(({ url }) => url),
    tokenIssuer: choose(config.oidcUrls, [1], 'token issuer')[0]?.url ?? null,
  };
}

/** A signature needs a time, from the log or from a timestamp authority (OMS-SIGSTORE-11). */
function checkTimes(services: Services): Services {
  if (services.log.version === 2 && services.timestampAuthorities.length === 0) {
    throw unreadable(WHAT, 'its log states no time, and it names no timestamp authority');
  }
  return services;
}

interface ConfiguredService {
  readonly url: string;
  readonly majorApiVersion: number;
  readonly operator: string;
  readonly validFor?: { readonly start?: Date | undefined; readonly end?: Date | undefined } | undefined;
}

interface Chosen {
  readonly url: string;
  readonly version: number;
}

/** Chooses services that are valid now: one for each operator, the newest known version first. */
function choose(
  services: readonly ConfiguredService[],
  versions: readonly number[],
  what: string,
  how?: { readonly selector: number; readonly count: number },
): Chosen[] {
  const now = Date.now();
  const usable = services
    .filter(({ majorApiVersion }) => versions.includes(majorApiVersion))
    .filter(({ validFor }) => validFor?.start !== undefined && validFor.start.getTime() <= now)
    .filter(({ validFor }) => validFor?.end === undefined || now <= validFor.end.getTime())
    .sort((a, b) => b.majorApiVersion - a.majorApiVersion || startOf(b) - startOf(a));
  const operators = new Map<string, Chosen>();
  for (const { url, majorApiVersion, operator } of usable) {
    if (!operators.has(operator)) operators.set(operator, { url: checkUrl(url, what), version: majorApiVersion });
  }
  const chosen = [...operators.values()];
  const wanted =
    how?.selector === ServiceSelector.ALL ? chosen.length : how?.selector === ServiceSelector.EXACT ? how.count : 1;
  if (how?.selector === ServiceSelector.EXACT && chosen.length < wanted) {
    throw unreadable(
      WHAT,
      `it requires ${wanted} services of the kind ${what}, and names ${chosen.length} that are valid now`,
    );
  }
  return chosen.slice(0, wanted);
}

function startOf({ validFor }: ConfiguredService): number {
  return validFor?.start?.getTime() ?? 0;
}

/** Tokens go to these addresses, so unencrypted connections are allowed to loopback only. */
function checkUrl(text: string, what: string): string {
  const url = URL.parse(text);
  if (url?.username || url?.password) throw unreadable(WHAT, `the address of its ${what} holds a password`);
  if (!url || !isSecure(url)) {
    throw unreadable(WHAT, `the address of its ${what} is not an https URL: ${quote(text)}`);
  }
  return text.replace(/\/$/, '');
}
