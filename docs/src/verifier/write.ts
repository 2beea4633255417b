// `node docs/src/verifier/write.ts FILE`: writes the page that verifies in a browser, as it is released.
import { writeFileSync } from 'node:fs';
import { verifierPage } from './page.ts';

const [file, ...more] = process.argv.slice(2);
if (file === undefined || more.length > 0) throw new Error('usage: node docs/src/verifier/write.ts FILE');
writeFileSync(file, await verifierPage());
