import { aFunction, anAbortSignal, anObject, checkEach, milliseconds } from '@model-signing/x509/options';

/** How a plugin is run. */
export interface PluginKeyOptions {
  /** Ends what is running with its reason, now and whenever the key signs. */
  readonly signal?: AbortSignal | undefined;
  /**
   * The variables: `PATH` names the directories that have the plugins, and a plugin gets all of them, since its credentials are
   * among them. Default: those of this process.
   */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  /** The time for each call, in milliseconds. Default: 30,000. */
  readonly timeout?: number | undefined;
}

/** How a service is asked. */
export interface TransitKeyOptions extends PluginKeyOptions {
  /** The variables that name the service and its token. Default: those of this process. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  /**
   * Sends the requests. Default: a client that uses the proxy of this process, except on this machine, and the CA certificates in
   * the file that `BAO_CACERT` or `VAULT_CACERT` names.
   */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/** How a key is reached, by any reference. */
export type ServiceKeyOptions = TransitKeyOptions;

const rules = { signal: anAbortSignal, environment: anObject, timeout: milliseconds, fetch: aFunction };

/** The time for one call of a plugin or of a service. */
const TIMEOUT_MS = 30_000;

/** What a call may use, with its defaults. */
export interface CallLimits {
  readonly signal: AbortSignal | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly timeout: number;
}

/** Checks options, and fills in the defaults. */
export function callLimits<Options extends TransitKeyOptions>(options: Options): Options & CallLimits {
  const checked = checkEach(options, rules);
  return {
    ...checked,
    signal: checked.signal,
    environment: checked.environment ?? process.env,
    timeout: checked.timeout ?? TIMEOUT_MS,
  };
}
