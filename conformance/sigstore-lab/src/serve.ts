/** The servers of an instance that are ours: node serve.ts DIRECTORY ISSUER-PORT REKOR-V1-PORT. */
import { readPrivateKey } from './authority.ts';
import { serveIssuer } from './oidc/issuer.ts';
import { TransparencyLog } from './rekor-v1/log.ts';
import { serveRekorV1 } from './rekor-v1/server.ts';

const [directory = '', issuerPort, rekorPort] = process.argv.slice(2);

const issuer = `http://127.0.0.1:${issuerPort}`;
await serveIssuer(issuer, readPrivateKey(directory, 'issuer'), Number(issuerPort));
await serveRekorV1(new TransparencyLog('rekor-v1.test', readPrivateKey(directory, 'rekor-v1')), Number(rekorPort));
