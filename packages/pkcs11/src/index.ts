export {
  type OpenedPkcs11Key,
  openPkcs11Key,
  type Pkcs11Options,
  type Pkcs11PublicKey,
  type Pkcs11Token,
  readPkcs11PublicKey,
} from './open.ts';
export { type Pkcs11ObjectType, type Pkcs11Uri, parsePkcs11Uri } from './uri.ts';
