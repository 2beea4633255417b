// The commands in a shell script, as far as a reader of workflows must know them. What this does not understand is a fault and not
// a guess: a script beside an identity has to be plain.

/** A command as its words, without quotation marks, redirections and the assignments before it. */
export type Command = readonly string[];

export interface ShellScript {
  readonly commands: readonly Command[];
  /** The variables that get a value, with the last literal one. */
  readonly variables: ReadonlyMap<string, string>;
  /** What cannot be read. */
  readonly faults: readonly string[];
}

export function readScript(text: string): ShellScript {
  const reader = new Reader(text.replace(/\\\r?\n/g, ' '));
  reader.read();
  return reader;
}

const keywords = new Set(['if', 'then', 'else', 'elif', 'fi', 'do', 'done', 'while', 'until', '!', '{', '}', 'time']);
const unread = new Set(['case', 'function', 'select', 'coproc']);
const assignment = /^(\w+)(?:\[[^\]]*\])?\+?=/;

class Reader implements ShellScript {
  readonly commands: Command[] = [];
  readonly variables = new Map<string, string>();
  readonly faults: string[] = [];
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Reads commands up to a closing parenthesis or to the end. */
  read(): void {
    let words: string[] = [];
    const end = () => {
      this.#add(words);
      words = [];
    };
    for (this.#blanks(); this.#at < this.#text.length; this.#blanks()) {
      const character = this.#text[this.#at] as string;
      if (character === ')') break;
      if ('\n;&|'.includes(character)) this.#at++;
      if (character === '(') {
        this.#at++;
        end();
        this.read();
        this.#close(')');
      } else if ('\n;&|'.includes(character)) end();
      else if (character === '#') this.#skipTo('\n');
      else if (/^\d*[<>]|^&>/.test(this.#text.slice(this.#at, this.#at + 4))) this.#redirection();
      else {
        const word = this.#word();
        if (word === '[[') this.#test();
        words.push(word);
      }
    }
    end();
  }

  #blanks(): void {
    while (' \t\r'.includes(this.#text[this.#at] ?? 'x')) this.#at++;
  }

  #fault(what: string): void {
    this.faults.push(what);
  }

  #close(character: string): void {
    if (this.#text[this.#at] !== character) this.#fault(`lacks a ${character}`);
    this.#at++;
  }

  #skipTo(mark: string): string {
    const end = this.#text.indexOf(mark, this.#at);
    const skipped = this.#text.slice(this.#at, end === -1 ? undefined : end);
    this.#at += skipped.length;
    if (skipped.includes('`')) this.#fault('has a backtick');
    return skipped;
  }

  #test(): void {
    if (this.#skipTo(']]').includes('$(')) this.#fault('runs a command inside of [[');
    this.#at += 2;
  }

  #redirection(): void {
    const [operator = ''] = /^\d*[<>&|]+/.exec(this.#text.slice(this.#at)) ?? [];
    this.#at += operator.length;
    if (/^\d*<<$/.test(operator)) this.#fault('has a here-document');
    if (this.#text[this.#at] === '(') return; // a process substitution: the commands of a subshell follow
    this.#blanks();
    this.#word();
  }

  #word(): string {
    let word = '';
    for (; this.#at < this.#text.length; ) {
      const character = this.#text[this.#at] as string;
      if (character === '(' && /=$/.test(word)) {
        this.#list();
        return `${word}()`;
      }
      if (' \t\r\n;&|()<>'.includes(character)) break;
      this.#at++;
      if (character === "'") {
        word += this.#single();
      } else if (character === '"') word += this.#double();
      else if (character === '\\') word += this.#text[this.#at++] ?? '';
      else word += this.#plain(character);
    }
    return word;
  }

  /** The words of an array, which are data. */
  #list(): void {
    this.#at++;
    for (this.#space(); this.#at < this.#text.length && this.#text[this.#at] !== ')'; this.#space()) {
      const before = this.#at;
      this.#word();
      if (this.#at === before) break;
    }
    this.#close(')');
  }

  #space(): void {
    while (' \t\r\n'.includes(this.#text[this.#at] ?? 'x')) this.#at++;
  }

  #single(): string {
    const end = this.#text.indexOf("'", this.#at);
    const text = this.#text.slice(this.#at, end === -1 ? undefined : end);
    this.#at += text.length + 1;
    return text;
  }

  #double(): string {
    let text = '';
    while (this.#at < this.#text.length && this.#text[this.#at] !== '"') {
      const character = this.#text[this.#at++] as string;
      text += character === '\\' ? (this.#text[this.#at++] ?? '') : this.#plain(character);
    }
    this.#close('"');
    return text;
  }

  /** A character outside of single quotation marks, with what it begins. */
  #plain(character: string): string {
    if (character === '`') this.#fault('has a backtick');
    if (character !== '$') return character;
    const rest = this.#text.slice(this.#at, this.#at + 2);
    if (rest === '((') {
      if (this.#skipTo('))').includes('$(')) this.#fault('runs a command inside of an arithmetic expression');
      this.#at += 2;
      return '$(())';
    }
    if (rest[0] === '(') {
      this.#at++;
      this.read();
      this.#close(')');
      return '$()';
    }
    if (rest[0] !== '{') return '$';
    const inside = this.#skipTo('}');
    if (inside.includes('$(')) this.#fault('runs a command inside of ${');
    this.#at++;
    return `$${inside}}`;
  }

  /** Notes a command without keywords and assignments before it. */
  #add(words: readonly string[]): void {
    let rest = words;
    while (rest[0] !== undefined && keywords.has(rest[0])) rest = rest.slice(1);
    if (rest[0] === 'for') return; // the words of a loop are data, and commands in them are already noted
    if (unread.has(rest[0] ?? '') || rest[1] === '()') this.#fault(`has "${rest[0]}"`);
    for (let found = assignment.exec(rest[0] ?? ''); found; found = assignment.exec(rest[0] ?? '')) {
      const [before, name = ''] = found;
      this.variables.set(name, (rest[0] ?? '').slice(before.length));
      rest = rest.slice(1);
    }
    if (rest.length > 0) this.commands.push(rest);
  }
}
