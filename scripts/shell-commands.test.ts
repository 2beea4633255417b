import { expect, it } from 'vitest';
import { commandsIn, readScript } from './shell-commands.ts';

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
      ['a', '$(b c "d")', 'e'],
      ['b', 'c', 'd'],
    ],
  ],
  [
    'source <(a b)',
    [
      ['source', '<(a b)'],
      ['a', 'b'],
    ],
  ],
  ["a '' b", [['a', '', 'b']]],
  ['a <<END\n$(b c)\nEND', [['a'], ['b', 'c']]],
  ["a <<'END'\n$(b c)\nEND", [['a']]],
])('commandsIn finds the commands in %j', (shell, commands) => {
  expect(commandsIn(shell)).toEqual(commands);
});

it.each([
  ["a 'b", 'unterminated single quote'],
  ['a "b', 'unterminated double quote'],
  ['a $(b', 'unterminated command substitution'],
  ['a "$(if b; then c)"', "expected 'fi'"],
  ['a ${b', 'unterminated parameter expansion'],
  ['if a; then b', "expected 'fi'"],
  ['a )', 'unexpected token'],
])('commandsIn refuses %j, which is not whole', (shell, reason) => {
  expect(() => commandsIn(shell)).toThrow(reason);
});

it('readScript finds the variables that a script sets, with their values', () => {
  const { variables } = readScript('A=1\nB="$A/x" c\nexport D=e\nf=(g h)\nif [ -n "$(I=j k)" ]; then A=2; fi');
  expect([...variables]).toEqual([
    ['A', '2'],
    ['B', '$A/x'],
    ['D', 'e'],
    ['f', '=(g h)'],
    ['I', 'j'],
  ]);
});
