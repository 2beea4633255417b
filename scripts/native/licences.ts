// Which licence of a crate is used, and its text.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Licences that ask for no more than their text, those first whose text is shortest. */
const accepted = ['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'MIT-0', 'Zlib', 'Unicode-3.0', 'Apache-2.0'];

/** The licence under which a crate is used, of those that it offers. @throws {Error} if none is accepted */
export function chosenLicence(crate: string, expression: string | null): string {
  const offered = (expression ?? '').split(/ OR |\//).map((each) => each.trim());
  const chosen = accepted.find((each) => offered.includes(each));
  if (chosen) return chosen;
  throw new Error(`${crate} is offered under ${expression ?? 'no licence'}; accepted are ${accepted.join(', ')}`);
}

/** The text of Apache-2.0 is that of this project; every package has it as LICENSE. */
export const OURS = 'Apache-2.0';

/** The text of a crate's licence, or the usual one with the authors if the crate has no file. @throws {Error} */
export function licenceText(folder: string, licence: string, authors: readonly string[]): string {
  const suffix = licence.replaceAll(/[-.\d]+$/g, '').replaceAll('-', '');
  const names = licence === 'MIT-0' ? /^licen[sc]e[-_]mit-?0/i : new RegExp(`^licen[sc]e[-_]${suffix}(?![-\\d])`, 'i');
  const files = readdirSync(folder);
  const file = files.find((each) => names.test(each)) ?? files.find((each) => /^licen[sc]e(?:\.\w+)?$/i.test(each));
  if (file !== undefined) return normal(readFileSync(path.join(folder, file), 'utf8'));
  if (licence !== 'MIT') throw new Error(`${folder} has no text of ${licence}`);
  const holders = authors.length > 0 ? authors.map((each) => each.replace(/ *<.*>/, '')).join(', ') : 'its authors';
  return mitText(holders);
}

function normal(text: string): string {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  return lines
    .map((line) => line.trimEnd())
    .join('\n')
    .trim();
}

function mitText(holders: string): string {
  return `Copyright (c) ${holders}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the
"Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish,
distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to
the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR
ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE
SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;
}
