// Makes authorities.json: certificates with their keys, which fuzzed certificates and timestamps are signed with. They are
// committed, so that an input means the same everywhere, and are made again only if another kind of certificate is needed.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Authority, makeCertificate, makeRoot } from '@model-signing/testing/certificates';
import { makeTimestampSigner } from '@model-signing/testing/timestamp-authority';

const dates = { notBefore: new Date('2020-01-01T00:00:00Z'), notAfter: new Date('2049-12-31T00:00:00Z') };
const root = makeRoot({ subject: 'O=Fuzz, CN=Root', ...dates });
const intermediate = makeCertificate({ subject: 'O=Fuzz, CN=Intermediate', ca: true, issuer: root, ...dates });
const leaf = makeCertificate({ subject: 'O=Fuzz, CN=Leaf', issuer: intermediate, ...dates });
const timestampRoot = makeRoot({ subject: 'O=Fuzz, CN=Timestamp Root', ...dates });
const timestampSigner = makeTimestampSigner(timestampRoot, dates);

const written = (authority: Authority) => ({
  der: Buffer.from(authority.der).toString('base64'),
  privateKey: authority.privateKeyPem,
});
const all = { root, intermediate, leaf, timestampRoot, timestampSigner };
const file = path.join(import.meta.dirname, 'authorities.json');
const entries = Object.entries(all).map(([name, authority]) => [name, written(authority)]);
writeFileSync(file, `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`);
