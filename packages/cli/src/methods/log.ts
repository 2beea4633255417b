import { collect, type Flag } from '../grammar.ts';

const trustedRoot = (description: string): Flag => ({ name: 'trusted-root', value: 'file', description, reads: true });

/** The flags of signing methods for a log entry beside a key or a certificate. */
export const signLogFlags: readonly Flag[] = [
  {
    name: 'log',
    value: 'url',
    description:
      'record the signature in this transparency log, where it is public and cannot be removed; with --draft only',
  },
  {
    name: 'log-version',
    value: 'version',
    description: 'the version of the interface of the log (default: 1)',
    choices: ['1', '2'],
  },
  trustedRoot('the trust root that the log is in (default: that of the public instance of Sigstore)'),
];

/** The flags of verifying methods that require a log entry. */
export const requireLogFlags: readonly Flag[] = [
  {
    name: 'require-log',
    description: 'refuse a signature that is not in a log of the trust root, by this signer and with a time',
  },
  trustedRoot('the trust root with the logs (default: that of the public instance of Sigstore)'),
];

/** The flags that have a signature with a key timestamped. */
export const keyTimestampFlags: readonly Flag[] = [
  {
    name: 'timestamp-url',
    value: 'url',
    description: 'timestamp the signature, for policies that ask for a time; with --draft only',
    secret: true,
  },
  { name: 'tsa-url', value: 'url', description: '', conflicts: ['timestamp-url'], hidden: true, secret: true },
];

/** The flag that has the timestamp of a signature with a key verified. */
export const keyTimestampRootsFlag: Flag = {
  name: 'timestamp-roots',
  value: 'file',
  description: 'certificates of timestamp authorities that you trust; can be repeated',
  reads: true,
  repeatable: true,
  parse: collect,
};
