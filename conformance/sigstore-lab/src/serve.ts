/** The servers of an instance that are ours: node serve.ts DIRECTORY ISSUER-PORT REKOR-V1-PORT. */
import { readPrivateKey } from './authority.ts';
import { serveIssuer } from './oidc/issuer.ts';
import { TransparencyLog } from './rekor-v1/log.ts';
import { serveRekorV1 } from './rekor-v1/server.ts';

const [directory = '', issuerPort, rekorPort] = process.argv.slice(2);

const host = '127.0.0.1';
await serveIssuer(`http://${host}:${issuerPort}`, readPrivateKey(directory, 'issuer'), Number(issuerPort));
const log = new TransparencyLog(`${host}:${rekorPort}`, readPrivateKey(directory, 'rekor-v1'));
await serveRekorV1(log, Number(rekorPort));
