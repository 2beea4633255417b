import { expect, it } from 'vitest';
import { commandsIn } from './shell.ts';

it.each([
  ['a b\nc', [['a', 'b'], ['c']]],
  ['a \\\n  b', [['a', 'b']]],
  ['a # b\n# c\nd#e', [['a'], ['d#e']]],
  ['a && b || c; d | e & f', [['a'], ['b'], ['c'], ['d'], ['e'], ['f']]],
  [`a 'b c' "d 'e'" f\\ g`, [['a', 'b c', "d 'e'", 'f g']]],
  ['A=b C="d e" f g=h', [['f', 'g=h']]],
  ['a > b 2>> c < d 2>&1 e', [['a', 'e']]],
  [
    'a "$(b c "d")" e',
    [
      ['b', 'c', 'd'],
      ['a', '(…)', 'e'],
    ],
  ],
  [
    'source <(a b)',
    [
      ['a', 'b'],
      ['source', '(…)'],
    ],
  ],
  ["a '' b", [['a', '', 'b']]],
])('commandsIn finds the commands in %j', (shell, commands) => {
  expect(commandsIn(shell)).toEqual(commands);
});

it.each(["a 'b", 'a "b', 'a $(b'])('commandsIn refuses %j, which is not closed', (shell) => {
  expect(() => commandsIn(shell)).toThrow('not closed');
});
