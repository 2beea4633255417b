import type { SignPkcs11CertificateFlags, SignPkcs11KeyFlags } from '../commands/sign-pkcs11.ts';
import { type Command, collect, type Flag } from '../grammar.ts';
import { model, pinFileFlag, signFlags } from '../options.ts';
import { signingCertificateFlags } from './certificate.ts';
import { type TimestampAlias, timestamped } from './timestamp.ts';

/** The flags for a key in a token, spelled as in the Python and Go commands. */
const tokenFlags: readonly Flag[] = [
  {
    name: 'pkcs11-uri',
    value: 'uri',
    description: 'the key, as a PKCS #11 URI (RFC 7512): pkcs11:token=NAME;object=KEY',
    required: true,
  },
  {
    name: 'module-path',
    value: 'path',
    description:
      'the PKCS #11 module, or a directory that has the one of module-name in the URI; can be repeated (default: PKCS11_MODULE_PATH, else the usual places)',
    reads: true,
    repeatable: true,
    parse: collect,
  },
  pinFileFlag,
];

/** `sign pkcs11-key`. */
export const signPkcs11Key: Command = {
  name: 'pkcs11-key',
  description: 'sign a model with a key in a hardware token, as sign key --key pkcs11:… does',
  operand: model,
  flags: [...tokenFlags, ...signFlags],
  examples: [
    "sign pkcs11-key my-model --pkcs11-uri 'pkcs11:token=my-token;object=my-key'",
    "sign pkcs11-key my-model --pkcs11-uri 'pkcs11:token=my-token;id=%01' --pin-file pin.txt",
  ],
  run: async (path, flags: SignPkcs11KeyFlags, context) =>
    (await import('../commands/sign-pkcs11.ts')).signWithPkcs11Key(path, flags, context),
};

/** `sign pkcs11-certificate`. */
export const signPkcs11Certificate: Command = {
  name: 'pkcs11-certificate',
  description: 'sign a model with a key in a hardware token and its X.509 certificate',
  operand: model,
  flags: [...tokenFlags, ...signingCertificateFlags, ...signFlags],
  examples: [
    "sign pkcs11-certificate my-model --pkcs11-uri 'pkcs11:token=my-token;object=my-key' \\\n    --signing-certificate cert.pem --certificate-chain ca.pem",
  ],
  run: async (path, flags: SignPkcs11CertificateFlags & TimestampAlias, context) =>
    (await import('../commands/sign-pkcs11.ts')).signWithPkcs11Certificate(path, timestamped(flags), context),
};
