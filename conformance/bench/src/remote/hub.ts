// A hub on loopback in a process of its own, which the benchmark of remote models starts. It sends its address, and on request what it
// has sent since the last request.
import { createHash } from 'node:crypto';
import { startHub } from '../../../../packages/testing/src/hub.ts';
import { type HubShape, REPOSITORY } from './shape.ts';

const block = Buffer.alloc(1024 * 1024, 'model signing');

/** A file of which no byte is kept. Its first bytes are its name, so that no two are the same. */
function generated(name: string, size: number, hasContent: boolean) {
  const first = Buffer.from(name.padEnd(64));
  function* read(start: number, end: number): Generator<Uint8Array> {
    for (let at = start; at < end; ) {
      const [source, from] = at < first.length ? [first, at] : [block, (at - first.length) % block.length];
      const piece = source.subarray(from, Math.min(source.length, from + end - at));
      yield piece;
      at += piece.length;
    }
  }
  const hash = createHash('sha256');
  if (hasContent) for (const piece of read(0, size)) hash.update(piece);
  else hash.update(name);
  return { size, sha256: hash.digest('hex'), read };
}

async function serve({ files, bytes, hasContent }: HubShape): Promise<void> {
  const names = Array.from({ length: files }, (_, index) => `model-${String(index).padStart(5, '0')}.safetensors`);
  const weights = names.map((name) => [name, generated(name, bytes, hasContent)] as const);
  const hub = await startHub({
    repositories: { [REPOSITORY]: { 'config.json': '{}', ...Object.fromEntries(weights) } },
  });
  const digests = Object.fromEntries(weights.map(([name, { sha256 }]) => [name, sha256]));
  process.on('message', () => {
    process.send?.({ requests: hub.log.length, bytes: hub.log.reduce((sum, request) => sum + request.bytes, 0) });
    hub.log.length = 0;
  });
  process.on('disconnect', () => process.exit());
  process.send?.({ url: hub.url, commit: hub.head(REPOSITORY), digests });
}

await serve(JSON.parse(process.argv[2] ?? '') as HubShape);
