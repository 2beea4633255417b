import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { pushLayout } from './push.ts';

/** A layout with one image of one layer. */
function layout() {
  const folder = mkdtempSync(path.join(tmpdir(), 'model-signing-layout-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(path.join(folder, 'blobs/sha256'), { recursive: true });
  const add = (text: string) => {
    const hex = createHash('sha256').update(text).digest('hex');
    writeFileSync(path.join(folder, 'blobs/sha256', hex), text);
    return { mediaType: 'application/x', digest: `sha256:${hex}`, size: text.length };
  };
  const [config, layer] = [add('{}'), add('layer')];
  const manifest = add(JSON.stringify({ config, layers: [layer] }));
  const index = add(JSON.stringify({ manifests: [manifest] }));
  writeFileSync(path.join(folder, 'index.json'), JSON.stringify({ manifests: [index] }));
  return { folder, config, layer, manifest, index };
}

/** A registry that records what it is asked. @param uploads where it wants blobs */
async function registry(uploads = '/upload?state=1', challenge: string | null = null) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const { method, url = '' } = request;
    asked.push(`${method} ${url}`);
    request.resume();
    const status = { HEAD: 404, POST: 202, PUT: 201 }[method ?? ''] ?? 500;
    if (challenge === null) response.writeHead(status, { location: uploads }).end();
    else response.writeHead(401, { 'www-authenticate': challenge }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { asked, place: `127.0.0.1:${(server.address() as AddressInfo).port}/a/b` };
}

describe('pushing an image', () => {
  it('what a document names is there before the document, and the tag is last', async () => {
    const { folder, config, layer, manifest, index } = layout();
    const { asked, place } = await registry();
    expect(await pushLayout(folder, place, ['1.0.0'])).toBe(index.digest);
    const puts = asked.filter((each) => each.startsWith('PUT'));
    expect(puts).toEqual([
      `PUT /upload?state=1&digest=${encodeURIComponent(config.digest)}`,
      `PUT /upload?state=1&digest=${encodeURIComponent(layer.digest)}`,
      `PUT /v2/a/b/manifests/${manifest.digest}`,
      `PUT /v2/a/b/manifests/${index.digest}`,
      'PUT /v2/a/b/manifests/1.0.0',
    ]);
  });

  it('nothing is sent to another host, be it for an upload or for a token', async () => {
    const elsewhere = await registry('http://127.0.0.2:1/upload');
    await expect(pushLayout(layout().folder, elsewhere.place, ['1'])).rejects.toThrow('an upload to 127.0.0.2:1');
    const token = await registry('', 'Bearer realm="https://token.example/t",service="x"');
    await expect(pushLayout(layout().folder, token.place, ['1'])).rejects.toThrow('to which nothing is sent');
  });
});
