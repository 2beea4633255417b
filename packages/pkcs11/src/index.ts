export { type Pkcs11Uri, parsePkcs11Uri } from './uri.ts';
