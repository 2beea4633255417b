export { openPkcs11Key, readPkcs11PublicKey } from './open.ts';
export type { OpenedPkcs11Key, Pkcs11PublicKey } from './opened-key.ts';
export type { AskPin, Pkcs11Token } from './pin.ts';
export type { Pkcs11Options } from './request.ts';
export { type Pkcs11ObjectType, type Pkcs11Uri, parsePkcs11Uri } from './uri.ts';
