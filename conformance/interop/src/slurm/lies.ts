/** A node whose copy of the model has a flipped bit, with and without what finds that out. */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { check, copyAnswers, type Scene, sign, submit, verify } from './scenarios.ts';
import { PARTS } from './stage.ts';

/** Where the bit is: in a shard of part 3. */
const WRONG_SHARD = 3 * 8 + 2;

const all = `0-${PARTS - 1}`;

export async function lies(scene: Scene): Promise<void> {
  const { stage, cluster } = scene;
  stage.say('== a node reads other bytes than there are, and nothing else has hashed its part');
  copyAnswers(stage, 'kills', 'lie');
  stage.writeModel('wrong', WRONG_SHARD);
  await cluster.ended(await submit(scene, 'liar', '3', { model: 'wrong', slurm: ['--nodelist=w2'] }));
  copyFileSync(stage.path('liar/part-3.json'), stage.path('lie/part-3.json'));
  check((await sign(scene, 'lie')).ok === true, 'a lie that is signed, since nothing shows it');
  const { ok, error } = await verify(scene, 'lie.sig');
  check(ok === false && error.code === 'model/mismatch', 'a signature that does not verify');

  stage.say('== every part is hashed by two nodes');
  const replica = (number: number, node: string) =>
    submit(scene, 'replicas', all, { flags: ['--replica', `${number}`], slurm: [`--nodelist=${node}`] });
  await cluster.ended(await replica(1, 'w1'));
  const { error: one } = await sign(scene, 'replicas', '--replicas', '2');
  check(one?.code === 'command/digests-missing', 'refused, since one node has hashed each part');
  await cluster.ended(await replica(2, 'w2'));
  const { hosts } = await sign(scene, 'replicas', '--replicas', '2');
  check(hosts === 2, 'signed from the digests of two hosts');

  stage.say('== the same, and one of the two nodes reads other bytes');
  copyAnswers(stage, 'replicas', 'caught');
  const wrong = { model: 'wrong', flags: ['--replica', '2'], slurm: ['--nodelist=w2'] };
  await cluster.ended(await submit(scene, 'liar', '3', wrong));
  copyFileSync(stage.path('liar/part-3.2.json'), stage.path('caught/part-3.2.json'));
  const { error: two } = await sign(scene, 'caught', '--replicas', '2');
  check(two?.code === 'command/digests-disagree', 'refused, since two answers disagree');
}

export async function forged(scene: Scene): Promise<void> {
  const { stage, cluster } = scene;
  stage.say('== answers are authenticated, and one of them is changed');
  writeFileSync(stage.path('hmac.key'), 'a key of the test with 32 bytes.');
  const key = ['--hmac-key-file', stage.path('hmac.key')];
  await cluster.ended(await submit(scene, 'keyed', all, { flags: key }));
  check((await sign(scene, 'keyed', ...key)).ok === true, 'signed');
  const answer = JSON.parse(readFileSync(stage.path('keyed/part-6.json'), 'utf8'));
  answer.digests[0] = answer.digests[1];
  writeFileSync(stage.path('keyed/part-6.json'), JSON.stringify(answer));
  const { error } = await sign(scene, 'keyed', ...key);
  check(error?.code === 'command/digests-unauthenticated', 'refused, since the HMAC is of another answer');
}
