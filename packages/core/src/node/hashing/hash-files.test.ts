import { createHash, randomBytes } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '@model-signing/testing/tree';
import { describe, expect, it } from 'vitest';
import type { HashJob, Progress } from '../../engine.ts';
import type { HashAlgorithm } from '../../format/algorithms.ts';
import type { ModelFile } from '../../model.ts';
import { refusal } from '../../testing/refusal.ts';
import { defaultEngine } from '../engine.ts';

const { hash } = defaultEngine;

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

function fileOf(content: Uint8Array): ModelFile & { content: { path: string } } {
  const file = path.join(temporaryDirectory(), 'file');
  writeFileSync(file, content);
  return { name: 'file', size: content.length, content: { path: file } };
}

const whole = (file: ModelFile): HashJob => ({ file, start: 0, end: file.size });
const hashWhole = (file: ModelFile) => hash([whole(file)], { algorithm: 'sha256' });

describe('a digest', () => {
  it.each([0, 1, 4096, 2 * 1024 * 1024, 2 * 1024 * 1024 + 1, 5_000_000])(
    'a digest covers all of a file of %i bytes',
    async (size) => {
      const bytes = randomBytes(size);
      expect(await hashWhole(fileOf(bytes))).toEqual([sha256(bytes)]);
    },
  );

  it('a digest covers all of a long file, in whichever ways its parts are read', async () => {
    const at = path.join(temporaryDirectory(), 'long');
    const size = 290_000_001;
    writeFileSync(at, '');
    truncateSync(at, size);
    const descriptor = openSync(at, 'r+');
    const ways = 128 * 1024 * 1024; // where the way of reading may change
    for (const end of [10, ways, ways + 5, 2 * ways, 2 * ways + 5, size])
      writeSync(descriptor, randomBytes(10), 0, 10, end - 10);
    closeSync(descriptor);
    const file: ModelFile = { name: 'long', size, content: { path: at } };
    for (const start of [0, 3]) {
      const expected = createHash('sha256').update(readFileSync(at).subarray(start)).digest('hex');
      expect(await hash([{ file, start, end: size }], { algorithm: 'sha256' })).toEqual([expected]);
    }
  });

  it('a digest covers the range of its job and nothing around it, and digests are in the order of the jobs', async () => {
    const bytes = randomBytes(5_000_000);
    const file = fileOf(bytes);
    const ranges = [
      [4_999_999, 5_000_000],
      [0, 3],
      [3, 4_500_000],
    ] as const;
    const digests = await hash(
      ranges.map(([start, end]) => ({ file, start, end })),
      { algorithm: 'sha256' },
    );
    expect(digests).toEqual(ranges.map(([start, end]) => sha256(bytes.subarray(start, end))));
  });

  it.each<[HashAlgorithm, string, string]>([
    ['sha256', '', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['sha256', 'abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'blake2b',
      'abc',
      'ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d17d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923',
    ],
    ['blake3', '', 'af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262'],
    ['blake3', 'abc', '6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85'],
  ])('the %s digest of %j is the one in its standard', async (algorithm, text, digest) => {
    expect(await hash([whole(fileOf(Buffer.from(text)))], { algorithm })).toEqual([digest]);
  });

  it.each(['sha1', 'SHA256', '', 'constructor'])('the algorithm %j is refused', async (algorithm) => {
    await refusal('manifest/algorithm-unsupported', () => hash([], { algorithm: algorithm as HashAlgorithm }));
  });

  it('a file that is read through a function is hashed too', async () => {
    const file: ModelFile = {
      name: 'remote',
      size: 6,
      content: {
        async *read(start, end) {
          for (let i = start; i < end; i++) yield Uint8Array.of(i);
        },
      },
    };
    expect(await hash([{ file, start: 2, end: 5 }], { algorithm: 'sha256' })).toEqual([sha256(Buffer.of(2, 3, 4))]);
  });

  it('a file that is read through a function is refused if it gives fewer or more bytes than were listed', async () => {
    for (const given of [5, 7]) {
      const content = {
        read: async function* () {
          yield new Uint8Array(given);
        },
      };
      await refusal('model/changed', () => hashWhole({ name: 'remote', size: 6, content }));
    }
  });
});

describe('progress', () => {
  it('progress counts up to the total', async () => {
    const seen: Progress[] = [];
    const files = [fileOf(randomBytes(3_000_000)), fileOf(randomBytes(10))];
    await hash(files.map(whole), { algorithm: 'sha256', onProgress: (progress) => seen.push(progress) });
    expect(seen.at(-1)).toEqual({ bytes: 3_000_010, totalBytes: 3_000_010, jobs: 2, totalJobs: 2 });
    expect(seen.map(({ bytes }) => bytes)).toEqual(seen.map(({ bytes }) => bytes).toSorted((a, b) => a - b));
  });

  it('a progress callback that throws ends the hashing with its error', async () => {
    const onProgress = () => {
      throw new RangeError('display broke');
    };
    const job = whole(fileOf(randomBytes(10_000_000)));
    await expect(hash([job], { algorithm: 'sha256', onProgress })).rejects.toThrow('display broke');
  });
});

it('an abort stops the hashing in the middle of a file', async () => {
  const controller = new AbortController();
  const hashing = hash([whole(fileOf(randomBytes(20_000_000)))], {
    algorithm: 'sha256',
    signal: controller.signal,
    onProgress: ({ bytes }) => {
      if (bytes > 0) controller.abort(new Error('enough'));
    },
  });
  await expect(hashing).rejects.toThrow('enough');
});

describe('a file that changes', () => {
  const large = () => fileOf(randomBytes(9_000_000));

  /** Does something to the file after its first bytes were read. */
  async function whileReading(file: ModelFile, disturb: () => void): Promise<string> {
    let disturbed = false;
    const onProgress = () => {
      if (disturbed) return;
      disturbed = true;
      disturb();
    };
    const error = await refusal('model/changed', () => hash([whole(file)], { algorithm: 'sha256', onProgress }));
    return error.message;
  }

  it('a file whose content changes while it is read is refused', async () => {
    const file = large();
    expect(await whileReading(file, () => writeFileSync(file.content.path, randomBytes(9_000_000)))).toContain(
      '"file"',
    );
  });

  it('a file that grows while it is read is refused', async () => {
    const file = large();
    await whileReading(file, () => appendFileSync(file.content.path, 'x'));
  });

  it('a file that shrinks while it is read is refused', async () => {
    const file = large();
    await whileReading(file, () => truncateSync(file.content.path, 100));
  });

  it('a file that another one replaces while it is read is refused', async () => {
    const file = large();
    const other = large();
    await whileReading(file, () => renameSync(other.content.path, file.content.path));
  });

  it('a file that is removed while it is read is refused', async () => {
    const file = large();
    await whileReading(file, () => rmSync(file.content.path));
  });

  it('a file whose size changes between listing and reading is refused', async () => {
    const file = fileOf(Buffer.from('12345'));
    appendFileSync(file.content.path, '6');
    await refusal('model/changed', () => hashWhole(file));
  });

  it('a file that cannot be looked at before it is read is refused with its name', async () => {
    const at = path.join(temporaryDirectory(), 'x'.repeat(300));
    const error = await refusal('model/unreadable', () =>
      hashWhole({ name: 'long', size: null, content: { path: at } }),
    );
    expect(error.message).toContain('"long"');
    expect(error.message).toContain('ENAMETOOLONG');
  });

  it('a file that is removed between listing and reading is refused', async () => {
    const file = fileOf(Buffer.from('12345'));
    rmSync(file.content.path);
    await refusal('model/changed', () => hashWhole(file));
  });

  it.skipIf(process.platform === 'win32')(
    'a file that becomes a link between listing and reading is refused',
    async () => {
      const file = fileOf(Buffer.from('12345'));
      renameSync(file.content.path, `${file.content.path}.real`);
      symlinkSync(`${file.content.path}.real`, file.content.path);
      await refusal('model/changed', () => hashWhole(file));
    },
  );
});

it('a failing disk is an ordinary error and not a verdict', async () => {
  const file: ModelFile = {
    name: 'remote',
    size: 1,
    content: {
      // biome-ignore lint/correctness/useYield: it fails before it has anything to give
      async *read() {
        throw new Error('EIO: i/o error');
      },
    },
  };
  await expect(hashWhole(file)).rejects.not.toHaveProperty('stage');
});
