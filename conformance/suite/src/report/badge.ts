import { isPass } from '../run/states.ts';
import { markup } from './markup.ts';
import type { Report } from './report.ts';

/** The approximate width of a character. Pixels. */
const CHARACTER = 6.6;
const PADDING = 10;

/** An SVG that says whether an implementation conforms, to which profiles, and how many vectors it passed. */
export function badge(report: Report): string {
  const { conformant, results, suite, profiles } = report;
  const passed = results.filter(({ state }) => isPass(state)).length;
  const claimed = [
    ...new Set(profiles.filter(({ pass, fail }) => pass > 0 && fail === 0).map(({ profile }) => profile)),
  ];
  const label = `OMS ${suite.spec}`;
  const message = conformant ? `conforms, ${passed} passed` : `${passed} of ${results.length} passed`;
  const title = `${label}: ${message}${conformant ? ` (${claimed.join(', ')})` : ''}`;
  const left = Math.round(label.length * CHARACTER + 2 * PADDING);
  const right = Math.round(message.length * CHARACTER + 2 * PADDING);
  return markup`<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="22" role="img" aria-label="${title}">
<title>${title}</title>
<clipPath id="r"><rect width="${left + right}" height="22" rx="4"/></clipPath>
<g clip-path="url(#r)"><rect width="${left}" height="22" fill="#30363d"/><rect x="${left}" width="${right}" height="22" fill="${conformant ? '#1a7f37' : '#b42318'}"/></g>
<g fill="#fff" font-family="system-ui,-apple-system,Segoe UI,DejaVu Sans,sans-serif" font-size="12" text-anchor="middle">
<text x="${left / 2}" y="15">${label}</text><text x="${left + right / 2}" y="15">${message}</text>
</g>
</svg>
`.toString();
}
