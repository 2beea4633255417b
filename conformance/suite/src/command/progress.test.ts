import { expect, it } from 'vitest';
import { estimateText, Progress, vectorsText } from './progress.ts';

/** Everything that is written for so many vectors, of which each takes so long. */
function written(total: number, milliseconds: number, stream: { isTTY?: boolean; columns?: number } = {}): string[] {
  const lines: string[] = [];
  let now = 0;
  const progress = new Progress(total, { ...stream, write: (text: string) => lines.push(text) }, () => now);
  for (let at = 0; at < total; at++) {
    now += milliseconds;
    progress.done(`vector-${at}`, at % 2 === 0 ? 'pass' : 'fail-accepted');
  }
  progress.end();
  return lines;
}

it('progress in a pipe is a plain line for each tenth', () => {
  const lines = written(1000, 1);
  expect(lines).toHaveLength(10);
  expect([lines[0], lines.at(-1)]).toEqual(['100/1000 vectors, 50 failed\n', '1000/1000 vectors, 500 failed\n']);
});

it('progress in a pipe is shown each half minute if the vectors take long', () => {
  const lines = written(20, 20_000);
  expect(lines.slice(0, 3)).toEqual([
    '2/20 vectors, 1 failed\n',
    '4/20 vectors, 2 failed\n',
    '6/20 vectors, 3 failed\n',
  ]);
  expect(written(1000, 20_000)).toHaveLength(500);
});

it('progress on a terminal is one line that fits into it and is removed', () => {
  const lines = written(100, 60, { isTTY: true, columns: 40 });
  expect(lines).toHaveLength(101);
  expect(lines.every((line) => line.startsWith('\r\u001b[K') && line.length <= 4 + 39 && !line.includes('\n'))).toBe(
    true,
  );
  expect(lines.at(-1)).toBe('\r\u001b[K');
});

it('only a run of more than two minutes is estimated, with what takes less', () => {
  expect(estimateText(120, 2)).toBeNull();
  expect(estimateText(600, 2)).toBe("about 10 minutes at 2 jobs; --light or --only 'manifest_*' takes less");
  expect(estimateText(180, 1)).toContain('about 3 minutes at 1 job;');
});

it('the vectors of a run are counted apart from what judging them needs', () => {
  expect(vectorsText(1, 1)).toBe('1 vector and 1 control');
  expect(vectorsText(20, 0)).toBe('20 vectors');
  expect(vectorsText(2, 3)).toBe('2 vectors and 3 controls');
});
