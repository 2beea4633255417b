import { objectOf, textOf, textsOf } from './answer.ts';
import { type Call, declaredArguments } from './flags.ts';

/** How an adapter is spoken to (PROTOCOL.md). */
export type Level = 0 | 1 | 2;

/** What an adapter says of itself. */
export interface Capabilities {
  readonly level: Level;
  readonly version: string | null;
  /** Flags beyond those that every adapter knows, without dashes. */
  readonly flags: readonly string[];
  /** Whatever it names of the format; null where it names nothing, and then nothing is taken for unsupported beforehand. */
  readonly profiles: readonly string[] | null;
  readonly roles: readonly string[] | null;
  readonly hashAlgorithms: readonly string[] | null;
}

/** What is known of an adapter that says nothing. */
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
 * Reads what `capabilities` printed, or what the line `start` was answered with. Members of earlier protocols keep their
 * meaning; an adapter of those is spoken to at level 0, with the flags that it declares.
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
    roles: roles === undefined ? null : textsOf(roles, 'oms.roles'),
  };
}

/** Whether an adapter says that it follows the draft of the format, and so wants to be judged by it. */
export function followsDraft({ profiles }: Capabilities): boolean {
  return profiles?.includes('draft') ?? false;
}

/** Why an adapter cannot be asked for something, in words, or null if it can. */
export function unsupported(call: Call, profile: string, capabilities: Capabilities): string | null {
  const { roles, profiles, flags } = capabilities;
  if (roles !== null && !roles.includes(call.operation)) return `it does not declare the role "${call.operation}"`;
  if (profiles !== null && !profiles.includes(profile)) return `it does not declare the profile "${profile}"`;
  const missing = declaredArguments(call.args).find((name) => !flags.includes(name));
  return missing === undefined ? null : `it does not declare the flag --${missing}`;
}
