/** The simple commands in a piece of shell: the words of each, without assignments, redirections and comments. */
export function commandsIn(shell: string): string[][] {
  const commands: string[][] = [];
  let words: string[] = [];
  let word: string | null = null;
  let isTarget = false;
  const endWord = () => {
    if (word !== null && !isTarget && !(words.length === 0 && /^\w+=/.test(word))) words.push(word);
    if (word !== null) isTarget = false;
    word = null;
  };
  const endCommand = () => {
    endWord();
    if (words.length > 0) commands.push(words);
    words = [];
  };
  for (let at = 0; at < shell.length; at++) {
    const rest = shell.slice(at);
    const skip = (length: number) => {
      at += length - 1;
    };
    const [substitution] = /^[$<>]\(/.test(rest) ? [parenthesized(rest.slice(1))] : [];
    if (substitution !== undefined) {
      commands.push(...commandsIn(substitution.slice(1, -1)));
      word = `${word ?? ''}(…)`;
      skip(substitution.length + 1);
    } else if (rest.startsWith('\\\n')) skip(2);
    else if (rest[0] === '\\') {
      word = `${word ?? ''}${rest[1] ?? ''}`;
      skip(2);
    } else if (rest[0] === "'" || rest[0] === '"') {
      const { value, length, inside } = quoted(rest);
      commands.push(...inside);
      word = `${word ?? ''}${value}`;
      skip(length);
    } else if (rest[0] === '#' && word === null) skip(rest.search(/\n|$/));
    else if (/^[0-9]*[<>]/.test(rest) && (word === null || /^[<>]/.test(rest))) {
      const [operator = ''] = /^[0-9]*[<>]+&?/.exec(rest) ?? [];
      endWord();
      isTarget = true;
      skip(operator.length);
    } else if (/[\n;&|()]/.test(rest[0] ?? '')) endCommand();
    else if (/\s/.test(rest[0] ?? '')) endWord();
    else word = `${word ?? ''}${rest[0]}`;
  }
  endCommand();
  return commands;
}

/** The text from its first parenthesis to the one that closes it. */
function parenthesized(text: string): string {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '(') depth++;
    if (text[at] === ')' && --depth === 0) return text.slice(0, at + 1);
  }
  throw new Error(`a parenthesis is not closed: ${text}`);
}

/** A word in quotes; in double quotes, commands can be inside. */
function quoted(text: string): { value: string; length: number; inside: string[][] } {
  const inside: string[][] = [];
  let value = '';
  for (let at = 1; at < text.length; at++) {
    if (text[at] === text[0]) return { value, length: at + 1, inside };
    if (text[0] === '"' && text.startsWith('$(', at)) {
      const substitution = parenthesized(text.slice(at + 1));
      inside.push(...commandsIn(substitution.slice(1, -1)));
      value += '(…)';
      at += substitution.length;
    } else if (text[0] === '"' && text[at] === '\\') value += text[++at] ?? '';
    else value += text[at];
  }
  throw new Error(`a quote is not closed: ${text}`);
}
