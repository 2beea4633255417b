import { describe, expect, it } from 'vitest';
import { escapeXml, markdownCell, markdownCode, printable, terminalLine, terminalLines, visible } from './escape.ts';

describe('text of a report in other formats', () => {
  it('visible shows hidden characters and keeps the lines of a text', () => {
    expect(visible('a\r\nb\tc\u001b[1m\u202e\u{e0041}')).toBe('a\nb\tc\\u{1b}[1m\\u{202e}\\u{e0041}');
  });

  it('printable is one line', () => {
    expect(printable('a\nb\r\nc\td\u2028e')).toBe('a b c d\\u{2028}e');
  });

  it.each(['::error::x', '  ::set-output name=a::b', '##[group]x', '\n::x'])(
    'a line for a terminal does not begin like the command %j of a runner',
    (text) => {
      expect(terminalLine(text)).not.toMatch(/^\s*(?:::|##\[)/);
      expect(terminalLines(`a\n${text}`)).not.toMatch(/^\s*(?:::|##\[)/m);
    },
  );

  it('a line for a terminal keeps what is no command', () => {
    expect(terminalLine('a ::b:: ##[c]')).toBe('a ::b:: ##[c]');
  });

  it('escapeXml escapes what begins or ends a tag or an attribute', () => {
    expect(escapeXml(`<a b="c" d='e'>&`)).toBe('&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;');
  });

  it('a cell of Markdown has no markup, links, mentions or expressions', () => {
    expect(markdownCell('a|b `c` [d](e) <f> **g** @h {{i}} http://j www.k')).toBe(
      'a\\|b \\`c\\` \\[d\\](e) &lt;f> \\*\\*g\\*\\* @<!-- -->h {<!-- -->{i}} http:/<!-- -->/j www<!-- -->.k',
    );
  });

  it('a cell of Markdown is cut, and never within a character', () => {
    expect(markdownCell(`${'x'.repeat(399)}😀`)).toBe(`${'x'.repeat(399)}\ufffd`);
  });

  it('only an identifier is shown as code', () => {
    expect(markdownCode('manifest_name-escape')).toBe('`manifest_name-escape`');
    expect(markdownCode('a`<b>')).toBe('a\\`&lt;b>');
  });
});
