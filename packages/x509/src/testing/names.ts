import { encodeOid } from '../der-encode.ts';
import { distinguishedName, explicit, implicit, sequence } from './der-writer.ts';

/** General names, for subject alternative names and name constraints. */
export const dns = (name: string) => implicit(2, Buffer.from(name, 'latin1'));
export const email = (name: string) => implicit(1, Buffer.from(name, 'latin1'));
export const uri = (name: string) => implicit(6, Buffer.from(name, 'latin1'));
export const ip = (...octets: number[]) => implicit(7, Uint8Array.from(octets));
export const directory = (name: string) => explicit(4, distinguishedName(name));
export const other = (oid: string, value: Uint8Array) => explicit(0, encodeOid(oid), explicit(0, value));

/** The value of a name constraints extension. */
export function nameConstraints(permitted: readonly Uint8Array[], excluded: readonly Uint8Array[] = []): Uint8Array {
  const subtrees = (number: number, names: readonly Uint8Array[]) =>
    names.length === 0 ? [] : [explicit(number, ...names.map((name) => sequence(name)))];
  return sequence(...subtrees(0, permitted), ...subtrees(1, excluded));
}
