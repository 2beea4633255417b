import { OmsError } from '@model-signing/core';
import { serve } from '@model-signing/testing/http';
import { type Hub, type HubFault, startHub } from '@model-signing/testing/hub';
import { refusalOf } from '@model-signing/testing/refusal';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SourceError } from '../source-error.ts';
import { HttpClient } from './client.ts';
import { type RangeRequest, readRange } from './read-range.ts';

const refused = refusalOf(SourceError);
const changed = refusalOf(OmsError);

// Large bodies are read in another way by the transport of Node.
describe.each([300_000, 1_500_000])('a file of %d bytes', (size) => {
  const content = Buffer.from(Array.from({ length: size }, (_, index) => (index * 31) % 251));

  async function hubWith(fault: HubFault | null = null): Promise<{ hub: Hub; url: URL }> {
    const hub = await startHub({ repositories: { 'org/model': { 'weights.bin': content } } });
    onTestFinished(() => hub.stop());
    if (fault) hub.faults.set('weights.bin', fault);
    return { hub, url: new URL(`${hub.url}/org/model/resolve/${hub.head('org/model')}/weights.bin`) };
  }

  async function read(url: URL, range: Partial<RangeRequest> = {}): Promise<Buffer> {
    const chunks: Uint8Array[] = [];
    const client = new HttpClient({ pause: 1, attempts: 3, timeout: 240_000 });
    for await (const chunk of readRange(client, url, {
      start: 0,
      end: content.length,
      size: content.length,
      ...range,
    })) {
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }

  const bridged = ({ log }: Hub) => log.filter(({ host }) => host === 'bridge');

  it('a whole file is read without asking for a range, and a part with one', async () => {
    const { hub, url } = await hubWith();
    expect((await read(url)).equals(content)).toBe(true);
    expect((await read(url, { start: 1000, end: 5000 })).equals(content.subarray(1000, 5000))).toBe(true);
    expect((await read(url, { start: 0, end: 1 })).equals(content.subarray(0, 1))).toBe(true);
    expect((await read(url, { start: size - 1 })).equals(content.subarray(size - 1))).toBe(true);
    expect(bridged(hub).map(({ range }) => range)).toEqual([
      null,
      'bytes=1000-4999',
      'bytes=0-0',
      `bytes=${size - 1}-${size - 1}`,
    ]);
  });

  it('an empty range sends no request', async () => {
    const { hub, url } = await hubWith();
    expect(await read(url, { start: 5, end: 5 })).toHaveLength(0);
    expect(hub.log).toEqual([]);
  });

  it('a file that is listed as empty is asked for, and refused if it has content', async () => {
    const { hub, url } = await hubWith();
    await refused('source/response-invalid', () => read(url, { start: 0, end: 0, size: 0 }));
    hub.faults.set('weights.bin', { bare: true });
    await refused('source/response-invalid', () => read(url, { start: 0, end: 0, size: 0 }));
    hub.faults.set('weights.bin', { respond: () => ({}) });
    expect(await read(url, { start: 0, end: 0, size: 0 })).toHaveLength(0);
  });

  it('a read that is cut goes on where it stopped, with the tag of the content, and no byte is sent twice', async () => {
    const { hub, url } = await hubWith({ cutAfter: 100_000, times: 1 });
    expect((await read(url)).equals(content)).toBe(true);
    const [first, second] = bridged(hub);
    expect([first?.range, second?.range]).toEqual([null, `bytes=100000-${size - 1}`]);
    expect(second?.ifRange).toMatch(/^"[0-9a-f]{64}"$/);
    expect(bridged(hub).reduce((sum, { bytes }) => sum + bytes, 0)).toBe(content.length);
  });

  it('a part that is cut goes on within the part', async () => {
    const { hub, url } = await hubWith({ cutAfter: 100, times: 1 });
    const part = { start: 1000, end: 5000 };
    expect((await read(url, part)).equals(content.subarray(1000, 5000))).toBe(true);
    expect(bridged(hub).map(({ range }) => range)).toEqual(['bytes=1000-4999', 'bytes=1100-4999']);
  });

  it('a file without a length and a tag is read, and goes on after a cut', async () => {
    const { hub, url } = await hubWith({ bare: true, cutAfter: 100_000, times: 1 });
    expect((await read(url)).equals(content)).toBe(true);
    expect(bridged(hub)[1]?.ifRange).toBe(null);
  });

  it('a server that cuts every connection is given up after the attempts that were allowed', async () => {
    const { hub, url } = await hubWith({ cutAfter: 0 });
    await refused('source/unreachable', () => read(url));
    expect(bridged(hub)).toHaveLength(3);
  });

  it('a body that ends early at every attempt is refused', async () => {
    const { url } = await hubWith({ respond: () => ({ status: 200, body: content.subarray(0, 10) }) });
    await refused('source/response-invalid', () => read(url));
  });

  it.each<[string, HubFault, Partial<RangeRequest>]>([
    ['the whole file in place of a range', { ignoreRange: true }, { start: 10 }],
    [
      'a range with the status of a whole file',
      { respond: () => ({ body: content.subarray(10), headers: { 'content-range': `bytes 10-${size - 1}/${size}` } }) },
      { start: 10 },
    ],
    ['another range', { contentRange: `bytes 20-${size - 1}/${size}` }, { start: 10 }],
    ['a range of a file of another size', { contentRange: `bytes 10-${size - 1}/${size + 1}` }, { start: 10 }],
    ['a range of a file of unknown size', { contentRange: `bytes 10-${size - 1}/*` }, { start: 10 }],
    ['a range that is not understood', { contentRange: `bytes=10-${size - 1}/${size}` }, { start: 10 }],
    ['a shorter range', { contentRange: `bytes 10-20/${size}` }, { start: 10 }],
    ['no range', { respond: () => ({ status: 206, body: content.subarray(10) }) }, { start: 10 }],
    ['a length that is not that of the range', { size: 5 }, { start: 10 }],
    ['a length that is not that of the list', { size: size - 1 }, {}],
    ['a longer file', { respond: () => ({ body: Buffer.concat([content, content]) }) }, {}],
    ['a body that never ends', { endless: true }, {}],
    ['a part that never ends', { endless: true }, { start: 10 }],
    ['a part in place of the whole file', { respond: () => ({ status: 206, body: content }) }, {}],
    ['nothing, with status 204', { respond: () => ({ status: 204 }) }, {}],
    ['that the range is not there', { respond: () => ({ status: 416 }) }, { start: 10 }],
  ])('a server that sends %s is refused', async (_, fault, range) => {
    const { url } = await hubWith(fault);
    await refused('source/response-invalid', () => read(url, range));
  });

  it('content that was replaced after a cut is refused as changed, whether the server keeps to the tag or not', async () => {
    for (const after of [{ etag: '"other"' }, { etag: '"other"', ignoreRange: true }]) {
      const { hub, url } = await hubWith({ cutAfter: 100_000, times: 1, etag: '"first"' });
      const reading = (async () => {
        const client = new HttpClient({ pause: 1, attempts: 3 });
        for await (const _ of readRange(client, url, { start: 0, end: content.length, size: content.length })) {
          hub.faults.set('weights.bin', after);
        }
      })();
      await changed('model/changed', () => reading);
    }
  });

  it('a range of other content under a condition that the server ignored is refused as changed', async () => {
    const { hub, url } = await hubWith({ cutAfter: 100_000, times: 1 });
    const part = { status: 206, headers: { etag: '"other"', 'content-range': `bytes 100000-${size - 1}/${size}` } };
    const reading = (async () => {
      const client = new HttpClient({ pause: 1, attempts: 3 });
      for await (const _ of readRange(client, url, { start: 0, end: content.length, size: content.length })) {
        hub.faults.set('weights.bin', { respond: () => ({ ...part, body: content.subarray(100_000) }) });
      }
    })();
    await changed('model/changed', () => reading);
  });

  it('a weak tag is no condition for a range', async () => {
    const { hub, url } = await hubWith({ cutAfter: 100_000, times: 1, etag: 'W/"weak"' });
    expect((await read(url)).equals(content)).toBe(true);
    expect(bridged(hub)[1]?.ifRange).toBe(null);
  });

  it('a reader that stops early frees its connection', async () => {
    const { promise: cancelled, resolve: cancel } = Promise.withResolvers<unknown>();
    const pull = (controller: ReadableStreamDefaultController) => controller.enqueue(new Uint8Array(1000));
    const { url } = await serve(() => ({ body: new ReadableStream({ pull, cancel }) }));
    const client = new HttpClient({ attempts: 1 });
    for await (const _ of readRange(client, new URL(url), { start: 0, end: 1e9, size: 1e9 })) break;
    await cancelled;
  });
});
