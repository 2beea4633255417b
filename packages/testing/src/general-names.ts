import { distinguishedName, explicit, implicit, oid, sequence } from './der.ts';

// General names, for subject alternative names and name constraints.
export const dns = (name: string): Buffer => implicit(2, Buffer.from(name, 'latin1'));
export const email = (name: string): Buffer => implicit(1, Buffer.from(name, 'latin1'));
export const uri = (name: string): Buffer => implicit(6, Buffer.from(name, 'latin1'));
export const ip = (...octets: number[]): Buffer => implicit(7, Uint8Array.from(octets));
export const directory = (name: string): Buffer => explicit(4, distinguishedName(name));
export const other = (id: string, value: Uint8Array): Buffer => explicit(0, oid(id), explicit(0, value));

/** The value of a name constraints extension. */
export function nameConstraints(permitted: readonly Uint8Array[], excluded: readonly Uint8Array[] = []): Buffer {
  const subtrees = (number: number, names: readonly Uint8Array[]) =>
    names.length === 0 ? [] : [explicit(number, ...names.map((name) => sequence(name)))];
  return sequence(...subtrees(0, permitted), ...subtrees(1, excluded));
}
