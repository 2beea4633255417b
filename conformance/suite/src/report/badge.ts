import { markup } from './markup.ts';
import type { Report } from './report.ts';
import { gradedBy, headline, passedBy } from './wording.ts';

/** The approximate width of a character. Pixels. */
const CHARACTER = 6.6;
const PADDING = 10;

/** An SVG with the verdict of the judge: by which text, whether the implementation conforms, and how many vectors it passed. */
export function badge(report: Report): string {
  const { conformant, results, suite, judge, selection } = report;
  const passed = passedBy(results, judge).length;
  const graded = gradedBy(results, judge).length;
  const label = `OMS ${suite.spec} ${judge === 'public' ? 'public text' : 'with clarifications'}`;
  const exceptions = report.counts[judge].xfail;
  const message =
    conformant[judge] === true
      ? `conforms, ${passed} passed${exceptions > 0 ? `, ${exceptions} excepted` : ''}`
      : `${passed} of ${graded} passed${selection === null ? '' : ', in part'}`;
  const title = `${label}: ${message} (${headline(report, judge).text})`;
  const left = Math.round(label.length * CHARACTER + 2 * PADDING);
  const right = Math.round(message.length * CHARACTER + 2 * PADDING);
  const colour = conformant[judge] === null ? '#57606a' : conformant[judge] ? '#1a7f37' : '#b42318';
  return markup`<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="22" role="img" aria-label="${title}">
<title>${title}</title>
<clipPath id="r"><rect width="${left + right}" height="22" rx="4"/></clipPath>
<g clip-path="url(#r)"><rect width="${left}" height="22" fill="#30363d"/><rect x="${left}" width="${right}" height="22" fill="${colour}"/></g>
<g fill="#fff" font-family="system-ui,-apple-system,Segoe UI,DejaVu Sans,sans-serif" font-size="12" text-anchor="middle">
<text x="${left / 2}" y="15">${label}</text><text x="${left + right / 2}" y="15">${message}</text>
</g>
</svg>
`.toString();
}
