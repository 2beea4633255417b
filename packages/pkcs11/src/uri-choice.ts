import type { Pkcs11Uri } from './uri.ts';

/** What tells a token or a key from others, as attributes of a URI. */
export interface Choice {
  readonly token?: string | undefined;
  readonly serial?: string | undefined;
  readonly slotId?: bigint | undefined;
  readonly id?: Uint8Array | undefined;
  readonly object?: string | undefined;
  /** The part after `?`, as {@link formatQuery} writes it. */
  readonly query?: string | undefined;
}

/** Writes the URI of a choice, which users can copy: only ASCII, and every other octet percent-encoded. */
export function formatUri({ token, serial, slotId, id, object, query = '' }: Choice): string {
  const attributes = [
    ['token', token],
    ['serial', serial],
    ['slot-id', slotId?.toString()],
    ['id', id],
    ['object', object],
  ] as const;
  const written = attributes.flatMap(([name, value]) => {
    if (value === undefined || value.length === 0) return [];
    return [`${name}=${typeof value === 'string' ? encoded(Buffer.from(value)) : formatId(value)}`];
  });
  return `pkcs11:${written.join(';')}${query === '' ? '' : `?${query}`}`;
}

/** How a URI reaches the module and the PIN, so that a choice can be used in its place. A PIN itself is not written again. */
export function formatQuery({ modulePath, moduleName, pinFile }: Pkcs11Uri): string {
  const attributes = [
    ['module-path', modulePath],
    ['module-name', moduleName],
    ['pin-source', pinFile],
  ] as const;
  const written = attributes.flatMap(([name, value]) => {
    return value === null ? [] : [`${name}=${encoded(Buffer.from(value), /[\w.~/-]/)}`];
  });
  return written.join('&');
}

const MAX_SHOWN_ID = 64;

/** Every octet of an ID is percent-encoded, as other tools show it. */
export function formatId(id: Uint8Array): string {
  const shown = Array.from(id.subarray(0, MAX_SHOWN_ID), percent).join('');
  return id.length > MAX_SHOWN_ID ? `${shown}…` : shown;
}

function encoded(octets: Uint8Array, allowed = /[\w.~-]/): string {
  return Array.from(octets, (octet) => {
    const character = String.fromCharCode(octet);
    return allowed.test(character) ? character : percent(octet);
  }).join('');
}

const percent = (octet: number) => `%${octet.toString(16).padStart(2, '0').toUpperCase()}`;
