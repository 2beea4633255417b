import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bin, type Finished, Sandbox } from '../testing/command.ts';
import { PolicySandbox } from '../testing/policies.ts';

const SHAPE = ['--shard-size', '100'];

/** A sandbox with a plan of three parts. */
async function planned(...flags: string[]): Promise<Sandbox> {
  const box = new Sandbox();
  const { code, stderr } = await box.run([
    'plan',
    'model',
    '--parts',
    '3',
    '--output',
    'plan.json',
    ...SHAPE,
    ...flags,
  ]);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return box;
}

function hash(box: Sandbox, part: number, ...flags: string[]): Promise<Finished> {
  const host = flags.includes('--host') ? [] : ['--host', `w${part}`];
  return box.run(['hash', 'plan.json', '--model', 'model', '--out', 'digests', '--part', `${part}`, ...host, ...flags]);
}

function hashInto(box: Sandbox, out: string): Promise<Finished> {
  return box.run(['hash', 'plan.json', '--model', 'model', '--out', out, '--part', '0', '--json']);
}

async function hashAll(box: Sandbox, ...flags: string[]): Promise<void> {
  const all = await Promise.all([0, 1, 2].map((part) => hash(box, part, ...flags)));
  expect(all.map(({ code }) => code)).toEqual([0, 0, 0]);
}

/** A sandbox in which all parts are hashed. */
async function hashed(...flags: string[]): Promise<Sandbox> {
  const box = await planned();
  await hashAll(box, ...flags);
  return box;
}

const TAKE = ['--plan', 'plan.json', '--digests', 'digests'];

function sign(box: Sandbox, ...flags: string[]) {
  return box.json(['sign', 'key', 'model', '--private-key', 'key.pem', ...TAKE, ...flags]);
}

/** Changes one answer in its file. */
function changeAnswer(box: Sandbox, name: string, change: (answer: Record<string, unknown>) => void): void {
  const answer = JSON.parse(readFileSync(box.path(`digests/${name}`), 'utf8'));
  change(answer);
  writeFileSync(box.path(`digests/${name}`), JSON.stringify(answer));
}

/** Adds a second answer of the same host to a part. */
function addReplica(box: Sandbox): void {
  copyFileSync(box.path('digests/part-1.json'), box.path('digests/part-1.7.json'));
  changeAnswer(box, 'part-1.7.json', (answer) => {
    answer.replica = 7;
  });
}

const lie = (answer: Record<string, unknown>) => {
  (answer.digests as string[])[0] = createHash('sha256').update('other bytes').digest('hex');
};

const wait = { timeout: 240_000 };

describe('digests of hosts', () => {
  it(
    'what several hosts hashed is signed and verified as what one machine hashes, and both say whose digests they are',
    wait,
    async () => {
      const box = await hashed();
      const { result } = await sign(box);
      const { result: alone } = await box.json(['digest', 'model', ...SHAPE]);
      expect(result).toMatchObject({ ok: true, hashedBy: 'hosts', hosts: 3, engine: 'hosts', bytes: 1023 });
      expect(alone).toMatchObject({ hashedBy: 'self', rootDigest: result.rootDigest });
      expect((await box.verify()).result).toMatchObject({ ok: true, verdict: 'verified', hashedBy: 'self' });
      expect((await box.verify(...TAKE)).result).toMatchObject({ ok: true, hashedBy: 'hosts', hosts: 3 });
      const verify = ['verify', 'key', 'model', '--signature', 'model.sig', '--public-key', 'key.pub'];
      const { stdout } = await box.run([...verify, ...TAKE]);
      expect(stdout).toMatch(/^Verified from digests of 3 hosts\n/);
      expect(stdout).not.toContain('succeeded');
      expect((await box.run([...verify])).stdout).toMatch(/^Verification succeeded\n/);
    },
  );

  it('whole files, BLAKE3 and a policy take the digests of hosts too', wait, async () => {
    const box = new PolicySandbox();
    await box.run(['plan', 'model', '--parts', '3', '--output', 'plan.json', '--hash', 'blake3']);
    await hashAll(box);
    const { result } = await sign(box);
    const { result: alone } = await box.json(['digest', 'model', '--hash', 'blake3']);
    expect(result).toMatchObject({ ok: true, hosts: 3, rootDigest: alone.rootDigest });
    box.writePolicy(['key']);
    const policy = ['--policy', 'policy.json', '--as', 'hf://acme/a', '--signature', 'model.sig'];
    const byPolicy = await box.json(['verify', 'model', ...policy, ...TAKE]);
    expect(byPolicy.result).toMatchObject({ ok: true, hashedBy: 'hosts', hosts: 3 });
  });

  it('a part that is there already is left as it is', wait, async () => {
    const box = await planned();
    await hash(box, 0);
    const before = readFileSync(box.path('digests/part-0.json'));
    const again = await hash(box, 0, '--host', 'other', '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({ ok: true, written: false, host: 'w0', bytes: 0 });
    expect(readFileSync(box.path('digests/part-0.json'))).toEqual(before);
    expect(box.list('digests')).toEqual(['part-0.json']);
  });

  it('two processes that hash the same part at the same time leave one whole answer', wait, async () => {
    const box = await planned();
    const all = await Promise.all([1, 2, 3].map((name) => hash(box, 0, '--host', `w${name}`)));
    expect(all.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(box.list('digests')).toEqual(['part-0.json']);
  });

  it.each<[string, string, number, (box: Sandbox) => void]>([
    ['a part is missing', 'digests-missing', 3, (box) => rmSync(box.path('digests/part-1.json'))],
    ['the directory is missing', 'not-found', 3, (box) => rmSync(box.path('digests'), { recursive: true })],
    [
      'a part is of another plan',
      'digests-foreign',
      1,
      (box) =>
        changeAnswer(box, 'part-1.json', (answer) => {
          answer.plan = 'a'.repeat(64);
        }),
    ],
    [
      'a part has the name of another',
      'digests-foreign',
      1,
      (box) => copyFileSync(box.path('digests/part-0.json'), box.path('digests/part-1.json')),
    ],
    [
      'there is a part that the plan does not have',
      'digests-foreign',
      1,
      (box) => copyFileSync(box.path('digests/part-0.json'), box.path('digests/part-3.json')),
    ],
    [
      'a part is cut off',
      'digests-invalid',
      1,
      (box) => box.write('digests/part-1.json', readFileSync(box.path('digests/part-1.json')).subarray(0, 200)),
    ],
    [
      'a part is a directory',
      'unreadable',
      3,
      (box) => {
        rmSync(box.path('digests/part-1.json'));
        mkdirSync(box.path('digests/part-1.json'));
      },
    ],
    [
      'a part is far too large',
      'digests-invalid',
      1,
      (box) => appendFileSync(box.path('digests/part-1.json'), ' '.repeat(100_000)),
    ],
    [
      'a second answer disagrees',
      'digests-disagree',
      1,
      (box) => {
        addReplica(box);
        changeAnswer(box, 'part-1.7.json', lie);
      },
    ],
    ['a file was changed', 'plan-outdated', 1, (box) => utimesSync(box.path('model/weights.bin'), 1, 1)],
    ['a file is longer', 'plan-outdated', 1, (box) => appendFileSync(box.path('model/config.json'), ' ')],
    ['a file was added', 'plan-outdated', 1, (box) => box.write('model/new.bin', 'new')],
    ['a file was removed', 'plan-outdated', 1, (box) => rmSync(box.path('model/config.json'))],
    [
      'a file was renamed',
      'plan-outdated',
      1,
      (box) => renameSync(box.path('model/config.json'), box.path('model/other.json')),
    ],
    [
      'the plan was changed',
      'plan-invalid',
      1,
      (box) => box.write('plan.json', readFileSync(box.path('plan.json'), 'utf8').replace('weights', 'Weights')),
    ],
  ])('nothing is signed if %s', wait, async (_, code, exitCode, change) => {
    const box = await hashed();
    change(box);
    const refused = await sign(box);
    expect(refused.result.error).toMatchObject({ code: `command/${code}`, exitCode });
    expect(refused.code).toBe(exitCode);
    expect(box.list()).not.toContain('model.sig');
  });

  it('a lie of one host is signed if no other host has hashed the part, and verifying says so', wait, async () => {
    const box = await hashed();
    changeAnswer(box, 'part-1.json', lie);
    expect((await sign(box)).result.ok).toBe(true);
    expect((await box.verify()).result.error).toMatchObject({ code: 'model/mismatch' });
  });

  it('with replicas, a host does not count twice because its name is written in another case', wait, async () => {
    const box = await hashed('--host', 'node-a');
    for (const part of [0, 1, 2]) await hash(box, part, '--host', 'NODE-A', '--replica', '1');
    expect((await sign(box, '--replicas', '2')).result.error).toMatchObject({ code: 'command/digests-missing' });
    expect((await sign(box)).result).toMatchObject({ ok: true, hosts: 1 });
  });

  it.skipIf(process.platform === 'win32')(
    'a directory for answers that cannot be made is refused at once',
    wait,
    async () => {
      const box = await planned();
      symlinkSync('nowhere', box.path('link'));
      const places = process.platform === 'linux' ? ['link/answers', '/proc/answers/of/a/plan'] : ['link/answers'];
      for (const place of places) {
        const { code, stderr } = await box.run([
          'hash',
          'plan.json',
          '--model',
          'model',
          '--part',
          '0',
          '--out',
          place,
        ]);
        expect({ code, stderr }).toMatchObject({ code: 3, stderr: expect.stringContaining('[command/unwritable]') });
      }
    },
  );

  it.skipIf(process.platform === 'win32')('a link to nothing in the place of a part is not a part', wait, async () => {
    const box = await hashed();
    rmSync(box.path('digests/part-0.json'));
    symlinkSync('nothing', box.path('digests/part-0.json'));
    for (const { code, stderr } of [
      await hash(box, 0),
      await box.run(['sign', 'key', 'model', '--private-key', 'key.pem', ...TAKE]),
    ]) {
      expect({ code, stderr }).toMatchObject({ code: 3, stderr: expect.stringContaining('it is a link to nothing') });
    }
  });

  it('with replicas, each part needs as many different hosts, which agree', wait, async () => {
    const box = await hashed('--replica', '1');
    expect((await sign(box, '--replicas', '2')).result.error).toMatchObject({
      code: 'command/digests-missing',
      exitCode: 3,
    });
    await hashAll(box, '--replica', '2');
    const same = await sign(box, '--replicas', '2');
    expect(same.result.error).toMatchObject({ code: 'command/digests-missing' });
    expect(same.result.error.message).toContain('1 of 2 different hosts: "w0"');
    await hashAll(box, '--replica', '3', '--host', 'w9');
    expect((await sign(box, '--replicas', '2')).result).toMatchObject({ ok: true, hosts: 4 });
    rmSync(box.path('model.sig'));
    changeAnswer(box, 'part-2.3.json', lie);
    expect((await sign(box, '--replicas', '2')).result.error).toMatchObject({ code: 'command/digests-disagree' });
  });

  it('with a key, a part is taken only if it was authenticated by it', wait, async () => {
    const box = await planned();
    box.write('hmac.key', 'k'.repeat(32));
    box.write('other.key', 'o'.repeat(32));
    box.write('short.key', 'k'.repeat(31));
    const key = ['--hmac-key-file', 'hmac.key'];
    await hashAll(box, ...key);
    expect((await sign(box, '--hmac-key-file', 'other.key')).result.error.code).toBe('command/digests-unauthenticated');
    const { error } = (await sign(box, '--hmac-key-file', 'short.key')).result;
    expect(error).toMatchObject({
      exitCode: 3,
      message: 'the HMAC key "short.key" has 31 bytes, and needs 32 or more',
    });
    expect((await sign(box)).result.error).toMatchObject({ code: 'command/digests-unauthenticated' });
    changeAnswer(box, 'part-1.json', lie);
    expect((await sign(box, ...key)).result.error.code).toBe('command/digests-unauthenticated');
    rmSync(box.path('digests/part-1.json'));
    await hash(box, 1);
    expect((await sign(box, ...key)).result.error.message).toContain('it has no HMAC');
    rmSync(box.path('digests/part-1.json'));
    await hash(box, 1, ...key);
    expect((await sign(box, ...key)).result).toMatchObject({ ok: true, hashedBy: 'hosts' });
  });

  it('verifying from the digests of hosts refuses what plain verifying refuses', wait, async () => {
    const box = await hashed();
    await sign(box);
    changeAnswer(box, 'part-1.json', lie);
    expect((await box.verify(...TAKE)).result.error).toMatchObject({ code: 'model/mismatch' });
    box.write('model/evil.py', 'x');
    const { differences } = (await box.verify(...TAKE)).result.error;
    expect(differences).toContainEqual({ kind: 'unsigned', path: 'evil.py' });
  });

  it('a plan of other digests than those of the signature is refused', wait, async () => {
    const box = await hashed();
    await box.sign('--shard-size', '200');
    expect((await box.verify(...TAKE)).result.error).toMatchObject({ code: 'command/plan-outdated' });
    await box.sign('--hash', 'blake3', '--shard-size', '100');
    expect((await box.verify(...TAKE)).result.error).toMatchObject({ code: 'command/plan-outdated' });
    await box.sign();
    expect((await box.verify(...TAKE)).result.error).toMatchObject({ code: 'command/plan-outdated' });
  });
});

describe('hash', () => {
  it.each<[string, (box: Sandbox) => void]>([
    ['was changed', (box) => utimesSync(box.path('model/weights.bin'), 1, 1)],
    ['is shorter', (box) => box.write('model/weights.bin', 'w')],
    ['is gone', (box) => rmSync(box.path('model/weights.bin'))],
  ])('a host refuses a file that %s since the plan was made, and writes nothing', wait, async (_, change) => {
    const box = await planned();
    change(box);
    const { code, stdout } = await hash(box, 1, '--json');
    expect({ code, error: JSON.parse(stdout).error.code }).toEqual({ code: 1, error: 'command/plan-outdated' });
    expect(box.list()).not.toContain('digests');
  });

  it.skipIf(process.platform === 'win32')('a host follows no link in the place of a planned file', wait, async () => {
    const box = await planned();
    renameSync(box.path('model/weights.bin'), box.path('weights.bin'));
    symlinkSync('../weights.bin', box.path('model/weights.bin'));
    const { stdout } = await hash(box, 1, '--json');
    expect(JSON.parse(stdout).error.code).toBe('model/symlink');
  });

  it.each<[string, (box: Sandbox) => void, string]>([
    [
      'of another plan',
      (box) =>
        changeAnswer(box, 'part-0.json', (answer) => {
          answer.plan = 'a'.repeat(64);
        }),
      'foreign',
    ],
    ['that is damaged', (box) => box.write('digests/part-0.json', '{'), 'invalid'],
  ])('a host does not replace an answer %s', wait, async (_, change, problem) => {
    const box = await planned();
    await hash(box, 0);
    change(box);
    const { stdout } = await hash(box, 0, '--json');
    expect(JSON.parse(stdout).error.code).toBe(`command/digests-${problem}`);
  });

  it('the part comes from the variable of the engine, and two that differ are refused', wait, async () => {
    const box = await planned();
    const run = (env: Record<string, string>, ...flags: string[]) =>
      box.json(['hash', 'plan.json', '--model', 'model', '--out', 'digests', '--host', 'w', ...flags], { env });
    for (const name of [
      'SLURM_ARRAY_TASK_ID',
      'JOB_COMPLETION_INDEX',
      'AWS_BATCH_JOB_ARRAY_INDEX',
      'OMPI_COMM_WORLD_RANK',
    ]) {
      expect((await run({ [name]: '2' })).result).toMatchObject({ ok: true, part: 2 });
    }
    const two = { SLURM_ARRAY_TASK_ID: '1', OMPI_COMM_WORLD_RANK: '2' };
    expect((await run(two)).code).toBe(2);
    expect((await run(two, '--part', '0')).result).toMatchObject({ ok: true, part: 0 });
    for (const env of [{}, { SLURM_ARRAY_TASK_ID: '3' }, { SLURM_ARRAY_TASK_ID: '-1' }]) {
      expect((await run(env)).code).toBe(2);
    }
  });

  it('an answer is not written into the model, except where the plan ignores it', wait, async () => {
    const box = await planned('--ignore-paths', 'model/cache');
    for (const out of ['model', 'model/new/digests', '../'.repeat(30) + box.path('model').slice(1)]) {
      const { code, stdout } = await hashInto(box, out);
      expect({ code, message: JSON.parse(stdout).error.message }).toMatchObject({
        code: 2,
        message: expect.stringContaining('the answer would be in the model, as "'),
      });
    }
    expect((await hashInto(box, 'model/cache/digests')).code).toBe(0);
    expect((await hashInto(box, 'model-digests')).code).toBe(0);
    expect(box.list('model')).toEqual(expect.not.arrayContaining(['part-0.json', 'new']));
  });

  it.each([
    ['hf://acme/model', 'the model is in a store'],
    ['', 'argument is empty'],
  ])('a model named %j is none on this machine', wait, async (model, message) => {
    const box = await planned();
    const { code, stderr } = await box.run(['hash', 'plan.json', '--model', model, '--part', '0', '--out', 'digests']);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });

  it('a host without a usable name is asked for one', wait, async () => {
    const box = await planned();
    for (const host of ['', 'a b', 'ä']) expect((await hash(box, 0, '--host', host)).code).toBe(2);
  });
});

describe('plan', () => {
  it('a plan goes to standard output, and is the same for the same model', wait, async () => {
    const box = await planned();
    const { code, stdout } = await box.run(['plan', 'model', '--parts', '3', ...SHAPE]);
    expect(code).toBe(0);
    expect(stdout).toBe(readFileSync(box.path('plan.json'), 'utf8'));
    expect((await box.run(['plan', 'model', '--parts', '3', '--json'])).code).toBe(2);
  });

  it('a plan is not written into the model, except where it is ignored', wait, async () => {
    const box = new Sandbox();
    const args = ['plan', 'model', '--parts', '2', ...SHAPE];
    const { code, stderr } = await box.run([...args, '--output', 'model/plan.json']);
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('the plan would be in the model'),
    });
    expect(box.list('model')).not.toContain('plan.json');
    const ignored = ['--output', 'model/plan.json', '--ignore-paths', 'model/plan.json'];
    expect((await box.run([...args, ...ignored])).code).toBe(0);
  });

  it.runIf(process.platform === 'linux')(
    'a plan is not written into the model by way of standard output',
    wait,
    async () => {
      const box = new Sandbox();
      const [out, beside] = [openSync(box.path('model/plan.json'), 'w'), openSync(box.path('plan.json'), 'w')];
      const planTo = (stdout: number) =>
        spawnSync(process.execPath, [bin, 'plan', 'model', '--parts', '2', ...SHAPE], {
          cwd: box.path('.'),
          stdio: ['ignore', stdout, 'pipe'],
          encoding: 'utf8',
        });
      expect(planTo(out)).toMatchObject({ status: 2, stderr: expect.stringContaining('as "plan.json"') });
      expect(readFileSync(box.path('model/plan.json'), 'utf8')).toBe('');
      rmSync(box.path('model/plan.json'));
      expect(planTo(beside).status).toBe(0);
      for (const each of [out, beside]) closeSync(each);
    },
  );

  it.skipIf(process.platform === 'win32')('a disk that is full leaves no part of a document behind', wait, async () => {
    const box = new Sandbox();
    await box.sign();
    const policy = ['--public-key', 'key.pub', '--as', 'hf://acme/a', '--policy', 'policy.json'];
    for (const args of [
      ['plan', 'model', '--parts', '3', ...SHAPE, '--output', 'plan.json'],
      ['policy', 'init', 'model', ...policy],
    ]) {
      // The limit on the size of files stands in for the disk; its signal is ignored, as by a daemon.
      const limited = `ulimit -f 0; trap '' XFSZ; exec "$0" "$@"`;
      const command = ['-c', limited, process.execPath, bin, ...args];
      const { status, stderr } = spawnSync('bash', command, { cwd: box.path('.'), encoding: 'utf8' });
      expect({ status, stderr }).toMatchObject({ status: 3, stderr: expect.stringContaining('cannot be written') });
    }
    expect(box.list()).not.toContain('plan.json');
    expect(box.list()).not.toContain('policy.json');
  });

  it('a plan does not replace a file', wait, async () => {
    const box = await planned();
    const again = await box.json(['plan', 'model', '--parts', '3', '--output', 'plan.json']);
    expect(again.result.error).toMatchObject({ code: 'command/unwritable' });
  });

  it.each([[['--parts', '0']], [['--parts', '100001']], [['--parts', '4']], [[]]])(
    'more parts than digests, and no parts, are wrong: %s',
    wait,
    async (flags) => {
      const box = new Sandbox();
      expect((await box.run(['plan', 'model', ...flags])).code).toBe(2);
    },
  );

  it('a signature in the model is not planned, and signing again takes the plan', wait, async () => {
    const box = new Sandbox();
    await box.sign('--signature', 'model/model.sig');
    await box.run(['plan', 'model', '--parts', '3', '--output', 'plan.json', ...SHAPE]);
    await hashAll(box);
    expect((await sign(box, '--signature', 'model/model.sig')).result).toMatchObject({ ok: true, hosts: 3 });
    expect((await box.verify('--signature', 'model/model.sig')).code).toBe(2);
    const verify = ['verify', 'key', 'model', '--public-key', 'key.pub', '--signature', 'model/model.sig'];
    expect((await box.run(verify)).code).toBe(0);
    expect((await box.run([...verify, ...TAKE])).code).toBe(0);
  });

  it.each([
    [['--digests', 'digests']],
    [['--replicas', '2']],
    [['--hmac-key-file', 'key.pub']],
    [['--plan', 'plan.json']],
    [[...TAKE, '--hash', 'sha256']],
    [[...TAKE, '--shard-size', '100']],
    [[...TAKE, '--ignore-paths', 'model/config.json']],
    [[...TAKE, '--engine', 'node']],
    [[...TAKE, '--allow-symlinks']],
  ])('signing refuses flags that do not go together: %s', wait, async (flags) => {
    const box = await hashed();
    const { code } = await box.run(['sign', 'key', 'model', '--private-key', 'key.pem', ...flags]);
    expect(code).toBe(2);
  });
});
