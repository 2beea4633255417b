import { existsSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { finish, Sandbox } from '../testing/command.ts';
import { filesIn, hubWith, signedHub, storedModel } from '../testing/stores.ts';

const args = ['pull', 'key', 'hf://org/model', '--to', 'out', '--public-key', 'key.pub'];

describe('pull', () => {
  it('a signed model on a hub is put into a directory, with its signature, and reported with the commit', async () => {
    const { box, hub, env, files } = await signedHub();
    const { code, result } = await box.json(args, { env });
    expect({ code, result }).toMatchObject({
      code: 0,
      result: { command: 'pull', verdict: 'verified', wasThere: false, to: box.path('out'), unsigned: [] },
    });
    expect(result).toMatchObject({
      source: { reference: 'hf://org/model', pinned: `hf://org/model@${hub.head('org/model')}`, isPinned: false },
      signature: 'model.sig',
      signatureFrom: { place: 'store' },
    });
    expect(filesIn(box, 'out')).toEqual(files);
    expect(box.list().filter((name) => name.startsWith('out'))).toEqual(['out']);
    const verified = await box.json([
      'verify',
      'key',
      'out',
      '--signature',
      'out/model.sig',
      '--public-key',
      'key.pub',
    ]);
    expect(verified.result).toMatchObject({ ok: true, verdict: 'verified' });
  });

  it('the method of pull follows from the flags, as that of verify does', async () => {
    const { box, env } = await signedHub();
    const { code, stdout } = await box.run(['pull', 'hf://org/model', '--to', 'out', '--public-key', 'key.pub'], {
      env,
    });
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('Verification succeeded') });
    expect(stdout).toContain(`in "${box.path('out')}"`);
  });

  it('a download that is cut goes on from there, by a request for the rest', async () => {
    const { box, hub, env, files } = await signedHub();
    hub.faults.set('weights.bin', { cutAfter: 400, times: 1 });
    const { code, result } = await box.json(args, { env });
    expect({ code, result }).toMatchObject({ code: 0, result: { verdict: 'verified' } });
    expect(hub.log.map(({ range }) => range)).toContain('bytes=400-999');
    expect(filesIn(box, 'out')).toEqual(files);
  });

  it('after a cut that no attempt got over, a hint says that the same command goes on, and no folder is made in vain', async () => {
    const { box, hub, env } = await signedHub();
    const deep = args.with(4, 'a/b/out');
    hub.faults.set('weights.bin', { cutAfter: 20 });
    const { code, result } = await box.json(deep, { env });
    expect({ code, result }).toMatchObject({ code: 3, result: { error: { code: 'source/unreachable' } } });
    const kept = `what was fetched is kept in "${box.path('a/b/out.part')}": the same command goes on from there`;
    expect(result.error.hints).toContain(kept);
    hub.faults.delete('weights.bin');
    expect(await box.json(deep, { env })).toMatchObject({ code: 0, result: { verdict: 'verified' } });
    hub.faults.set('weights.bin', { flip: 7 });
    expect((await box.json([...args.with(4, 'x/y'), '--only', 'weights.bin'], { env })).code).toBe(1);
    expect(box.list()).not.toContain('x');
  });

  it('standard output is no place for a model', async () => {
    const { box, env } = await signedHub();
    const { code, result } = await box.json(args.with(4, '-'), { env });
    expect({ code, result }).toMatchObject({ code: 2, result: { error: { code: 'command/usage' } } });
  });

  it('a flipped byte is refused, nothing is put in place, and the next attempt succeeds', async () => {
    const { box, hub, env, files } = await signedHub();
    hub.faults.set('weights.bin', { flip: 7 });
    const refused = await box.json(args, { env });
    expect(refused).toMatchObject({ code: 1, result: { ok: false, error: { code: 'model/mismatch' } } });
    expect(refused.result.error.differences).toMatchObject([{ kind: 'modified', path: 'weights.bin' }]);
    expect(existsSync(box.path('out'))).toBe(false);
    hub.faults.delete('weights.bin');
    expect(await box.json(args, { env })).toMatchObject({ code: 0, result: { verdict: 'verified' } });
    expect(filesIn(box, 'out')).toEqual(files);
  });

  it('a pull that Ctrl-C ends leaves no directory, and the same command goes on', async () => {
    const { box, hub, env, files } = await signedHub();
    hub.faults.set('weights.bin', { stall: true });
    const child = box.start([...args, '--json'], { env });
    const isAsked = () => hub.log.some(({ path, host }) => host === 'bridge' || path.includes('weights.bin'));
    while (!isAsked() && child.exitCode === null) await setTimeout(20);
    child.kill('SIGINT');
    const { code, stdout } = await finish(child);
    expect({ code, result: JSON.parse(stdout) }).toMatchObject({
      code: 130,
      result: { ok: false, error: { code: 'command/interrupted' } },
    });
    expect(existsSync(box.path('out'))).toBe(false);
    hub.faults.delete('weights.bin');
    expect(await box.json(args, { env })).toMatchObject({ code: 0, result: { verdict: 'verified', wasThere: false } });
    expect(filesIn(box, 'out')).toEqual(files);
  });

  it('with --only, some files are fetched, and the verdict is partial', async () => {
    const { box, env } = await signedHub();
    const { code, result } = await box.json([...args, '--only', 'config.json', '--only', './tokenizer/'], { env });
    expect({ code, result }).toMatchObject({
      code: 0,
      result: { verdict: 'partial', listing: 'not-compared', checked: { files: 2, unchecked: 1 } },
    });
    expect(Object.keys(filesIn(box, 'out')).sort()).toEqual(['config.json', 'model.sig', 'tokenizer/vocab.txt']);
  });

  it('a name that is not signed cannot be asked for', async () => {
    const { box, env } = await signedHub();
    const { code, result } = await box.json([...args, '--only', 'other.bin'], { env });
    expect({ code, result }).toMatchObject({ code: 1, result: { error: { code: 'model/not-signed' } } });
    expect(existsSync(box.path('out'))).toBe(false);
  });

  it('a file of the hub that is not signed is reported and not fetched, and refused with --strict', async () => {
    const { box, hub, env } = await signedHub({ 'run.py': 'import os' });
    const refused = await box.json([...args, '--strict'], { env });
    expect(refused).toMatchObject({ code: 1, result: { error: { code: 'model/mismatch' } } });
    expect(refused.result.error.differences).toEqual([{ kind: 'unsigned', path: 'run.py' }]);
    const { code, result, stderr } = await box.json(args, { env });
    expect({ code, result }).toMatchObject({ code: 0, result: { unsigned: ['run.py'] } });
    expect(stderr).toContain('not signed, and not fetched: run.py');
    expect(existsSync(box.path('out/run.py'))).toBe(false);
    expect(hub.log.some(({ path }) => path.includes('/resolve/') && path.includes('run.py'))).toBe(false);
  });

  it('a directory that is there is verified, and left as it is', async () => {
    const { box, env } = await signedHub();
    await box.run(args, { env });
    const again = await box.json(args, { env });
    expect(again).toMatchObject({ code: 0, result: { wasThere: true, downloadedBytes: 0, verdict: 'verified' } });
    box.write('out/weights.bin', 'mine');
    const refused = await box.json(args, { env });
    expect(refused).toMatchObject({ code: 1, result: { error: { code: 'model/mismatch' } } });
    expect(readFileSync(box.path('out/weights.bin'), 'utf8')).toBe('mine');
  });

  it('a signer who is not trusted is refused before a file is fetched', async () => {
    const { box, hub, env } = await signedHub();
    box.writeKeys('other');
    const { code, result } = await box.json([...args.slice(0, -1), 'other.pub'], { env });
    expect({ code, result }).toMatchObject({ code: 1, result: { error: { code: 'signer/key-mismatch' } } });
    expect(hub.log.filter(({ path }) => path.includes('weights.bin'))).toEqual([]);
    expect(existsSync(box.path('out'))).toBe(false);
  });

  it('two signatures of one rank end with exit code 2 and both names, though one would verify', async () => {
    const { box, files } = await signedHub();
    const { 'model.sig': signature = '', ...model } = files as Record<string, Uint8Array>;
    const both = { ...model, 'a.oms.sig': signature, 'b.oms.sig': signature };
    const { env } = await hubWith({ repositories: { 'org/model': both } });
    const { code, result } = await box.json(args, { env });
    expect({ code, result }).toMatchObject({ code: 2, result: { error: { code: 'source/signature-ambiguous' } } });
    expect(result.error).toMatchObject({ choices: ['a.oms.sig', 'b.oms.sig'] });
  });

  it('a branch is refused with --require-pinned, and its commit is accepted', async () => {
    const { box, hub, env } = await signedHub();
    const refused = await box.json([...args, '--require-pinned'], { env });
    expect(refused).toMatchObject({ code: 2, result: { error: { code: 'source/not-pinned' } } });
    const pinned = args.with(2, `hf://org/model@${hub.head('org/model')}`);
    const { code, result } = await box.json([...pinned, '--require-pinned'], { env });
    expect({ code, result }).toMatchObject({ code: 0, result: { source: { isPinned: true } } });
  });

  it('text and JSON name what is not signed in a directory that was there', async () => {
    const box = new Sandbox();
    await box.sign('--shard-size', '300');
    const signature = new Uint8Array(readFileSync(box.path('model.sig')));
    const { env } = await hubWith({
      repositories: { 'org/model': { ...filesIn(box, 'model'), 'model.sig': signature } },
    });
    expect((await box.run(args, { env })).code).toBe(0);
    box.write('out/empty.txt', ''); // shards cannot list it
    const { result } = await box.json(args, { env });
    expect(result).toMatchObject({ ok: true, wasThere: true, unsigned: ['empty.txt'] });
    expect((await box.run(args, { env })).stdout).toContain('unsigned:  empty.txt (not verified)\n');
  });

  it('a place that is taken leads to another one, which works', async () => {
    const { box, env } = await signedHub();
    box.write('out/other.txt', 'x');
    box.write('file', 'x');
    for (const [to, code] of [
      ['out', 'model/mismatch'],
      ['file', 'source/target-unusable'],
    ] as const) {
      const { result } = await box.json(args.with(4, to), { env });
      expect(result).toMatchObject({ ok: false, error: { code } });
      expect(result.error.hints.join()).toContain('name another directory with --to');
    }
    expect((await box.run(args.with(4, 'out2'), { env })).code).toBe(0);
  });

  it('a name that is not signed leads to the names that are', async () => {
    const { box, env } = await signedHub();
    const { result } = await box.json([...args, '--only', 'out/config.json'], { env });
    expect(result.error.code).toBe('model/not-signed');
    const [, words = ''] = /model-signing (inspect \S+) shows these names/.exec(result.error.hints.join('\n')) ?? [];
    const { code, stdout } = await box.run(words.split(' '), { env });
    expect({ code, names: stdout.includes('  config.json\n') }).toEqual({ code: 0, names: true });
  });

  it('standard output is no place for a model, and a directory called - is written ./-', async () => {
    const { box, env } = await signedHub();
    const refused = await box.json(args.with(4, '-'), { env });
    expect(refused).toMatchObject({ code: 2, result: { error: { code: 'command/usage' } } });
    expect(box.list()).not.toContain('-');
    expect((await box.run(args.with(4, './-'), { env })).code).toBe(0);
  });

  it('a path is a wrong command line, whether there is such a directory or not', async () => {
    const { box } = await signedHub();
    for (const name of ['model', 'none']) {
      const { code, result } = await box.json(args.with(2, name));
      expect({ code, result }).toMatchObject({ code: 2, result: { error: { code: 'command/usage' } } });
      expect(result.error.message).toContain(`"${name}" is a path`);
    }
  });

  it('an artifact in a registry is pulled by the signature that is attached to it', async () => {
    const { box, env, name } = await storedModel();
    expect((await box.run(['sign', 'key', name, '--private-key', 'key.pem'], { env })).stderr).not.toContain('error');
    const { code, result } = await box.json(args.with(2, name), { env });
    expect({ code, result }).toMatchObject({ code: 0, result: { verdict: 'verified', source: { reference: name } } });
    const { 'model.sig': _, ...pulled } = filesIn(box, 'out');
    expect(pulled).toEqual(filesIn(box, 'model'));
  });
});
