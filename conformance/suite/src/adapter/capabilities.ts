import { objectOf, textOf, textsOf } from './answer.ts';
import { type Call, declaredArguments } from './flags.ts';

/** The level of the protocol at which an adapter is called (PROTOCOL.md). */
export type Level = 0 | 1 | 2;

/** What an adapter declares about itself. */
export interface Capabilities {
  readonly level: Level;
  readonly version: string | null;
  /** Flags beyond those that every adapter must know, without dashes. */
  readonly flags: readonly string[];
  /** The parts of the format that it supports; null if it declares none. */
  readonly profiles: readonly string[] | null;
  readonly roles: readonly string[] | null;
  /** The digests that it knows; null if it declares none, and then those of its profiles. */
  readonly hashAlgorithms: readonly string[] | null;
}

/** The capabilities of an adapter that declares nothing. */
export const bare: Capabilities = {
  level: 0,
  version: null,
  flags: [],
  profiles: null,
  roles: null,
  hashAlgorithms: null,
};

const PROTOCOL = 2;

/**
 * Reads the output of `capabilities`, or the response to the line `start`. Members of earlier protocols keep their meaning;
 * an adapter for one of those is called at level 0, with the flags that it declares.
 * @throws {Error} that says what is wrong with it
 */
export function parseCapabilities(value: unknown): Capabilities {
  const { flags, client_version: version, hash_algorithms: hashAlgorithms, oms } = objectOf(value, 'capabilities');
  const common = {
    version: version === undefined ? null : textOf(version, 'client_version').slice(0, 100),
    flags: (flags === undefined ? [] : textsOf(flags, 'flags')).map((flag) => flag.replace(/^--/, '')),
    hashAlgorithms: hashAlgorithms === undefined ? null : textsOf(hashAlgorithms, 'hash_algorithms'),
  };
  if (oms === undefined) return { ...bare, ...common };
  const { protocol, profiles, roles, serve } = objectOf(oms, 'oms');
  if (protocol !== PROTOCOL) throw new Error(`oms.protocol is not ${PROTOCOL}`);
  return {
    ...common,
    level: serve === true ? 2 : 1,
    profiles: profiles === undefined ? null : textsOf(profiles, 'oms.profiles'),
    roles: roles === undefined ? null : rolesOf(roles),
  };
}

/** Without this, a role that is misspelt would leave out all of its vectors without a word. */
function rolesOf(value: unknown): string[] {
  const roles = textsOf(value, 'oms.roles');
  const unknown = roles.find((role) => role !== 'sign' && role !== 'verify');
  if (unknown !== undefined) throw new Error(`oms.roles has ${JSON.stringify(unknown)}; there are "sign" and "verify"`);
  return roles;
}

/** Whether an adapter declares that it follows the draft of the format, and so is judged by it too. */
export function followsDraft({ profiles }: Capabilities): boolean {
  return profiles?.includes('draft') ?? false;
}

/** Why an adapter cannot make a call, as text, or null if it can. */
export function unsupported(call: Call, { roles, flags, hashAlgorithms }: Capabilities): string | null {
  if (roles !== null && !roles.includes(call.operation)) return `it does not declare the role "${call.operation}"`;
  const digest = call.args['hash-algorithm'];
  if (isUndeclaredDigest(digest, hashAlgorithms)) return `it does not declare the digest "${digest}"`;
  const missing = declaredArguments(call.args).find((name) => !flags.includes(name));
  return missing === undefined ? null : `it does not declare the flag --${missing}`;
}

/** Why an adapter that lists its profiles or its digests is not called for another one, as text, or null. */
export function undeclared(profile: string, { profiles, hashAlgorithms }: Capabilities): string | null {
  if (isUndeclaredDigest(profile, hashAlgorithms)) return `it does not declare the digest "${profile}"`;
  // The core is the minimum, which no list leaves out.
  const isDeclared = profiles === null || profile === 'core' || profiles.includes(profile);
  return isDeclared ? null : `it does not declare the profile "${profile}"`;
}

/** Whether a name is that of a digest other than the usual one, and a list of digests leaves it out. */
function isUndeclaredDigest(name: unknown, digests: Capabilities['hashAlgorithms']): boolean {
  return (name === 'blake2b' || name === 'blake3') && digests !== null && !digests.includes(name);
}
