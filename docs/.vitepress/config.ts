import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { slug } from 'github-slugger';
import { defineConfig } from 'vitepress';

const pages = process.env.VITEPRESS_PAGES;
if (pages === undefined)
  throw new Error('VITEPRESS_PAGES is not set: build the site with npm run docs, which assembles its pages first');

const guides = [
  ['Install', 'install'],
  ['In a container', 'container'],
  ['In one file', 'single-file'],
  ['Five minutes', 'five-minutes'],
  ['In CI', 'ci'],
  ['Your own PKI', 'own-pki'],
  ['Keys in hardware and services', 'keys-in-hardware-and-services'],
  ['Who may sign what', 'who-may-sign-what'],
  ['Claims about a model', 'attestations'],
  ['Where a model comes from', 'lineage'],
  ['A private Sigstore', 'private-sigstore'],
  ['Verify a model on a hub', 'verify-on-a-hub'],
  ['Verify in a browser', 'in-a-browser'],
  ['Verify before you load', 'before-you-load'],
  ['Copy and check in one go', 'copy-and-check'],
  ['Verify before a model loads, in JavaScript', 'before-a-model-loads'],
  ['Verify agent skills', 'agent-skills'],
  ['Read while you verify', 'read-while-verifying'],
  ['Large models', 'large-models'],
  ['Very large models', 'very-large-models'],
  ['Sign again after a change', 'sign-again'],
  ['Many hosts', 'many-hosts'],
  ['Verify in Kubernetes', 'kubernetes'],
  ['What a signature proves', 'threat-model'],
] as const;

/** Links to the existing pages of one folder, labelled with their headings: generated pages come and go. */
function linksIn(folder: string, labelOf: (heading: string) => string = (heading) => heading) {
  return globSync(`${folder}/*.md`, { cwd: pages })
    .map((file) => path.basename(file, '.md'))
    .filter((name) => name !== 'index')
    .sort()
    .map((name) => ({ text: labelOf(headingOf(`${folder}/${name}.md`)), link: `/${folder}/${name}` }));
}

function headingOf(file: string): string {
  const [, heading = file] = /^# (.+)$/m.exec(readFileSync(path.join(pages as string, file), 'utf8')) ?? [];
  return heading.replaceAll('`', '');
}

/** A link to a page if the page exists. */
function linkTo(text: string, link: string) {
  return written.has(link.replace(/\/$/, '/index')) ? [{ text, link }] : [];
}

const written = new Set(
  globSync('**/*.md', { cwd: pages }).map((file) => `/${file.replaceAll(path.sep, '/').replace(/\.md$/, '')}`),
);
const libraries = globSync('api/*/index.md', { cwd: pages })
  .map((file) => path.basename(path.dirname(file)))
  .sort();

export default defineConfig({
  title: 'Model Signing',
  description: 'Sign machine-learning models, and verify who signed them and that not one byte has changed',
  srcDir: path.relative(path.resolve(import.meta.dirname, '..'), pages),
  cleanUrls: false,
  lastUpdated: false,
  // Anchors must be the same here as in the repository's browser.
  markdown: {
    config: (md) => {
      // Show a block's file name above it; the theme does so only in code groups.
      const fence = md.renderer.rules.fence;
      if (!fence) throw new Error('the Markdown renderer has no rule for code blocks');
      md.renderer.rules.fence = (tokens, index, ...rest) => {
        const [, name] = /\[([\w.-]+)\]/.exec(tokens[index]?.info ?? '') ?? [];
        return `${name === undefined ? '' : `<div class="file-name">${name}</div>`}${fence(tokens, index, ...rest)}`;
      };
    },
    anchor: { slugify: slug },
    headers: { slugify: slug },
    // The default themes have too little contrast.
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-default' },
  },
  vite: {
    resolve: {
      alias: [{ find: /^.*\/VPHome\.vue$/, replacement: path.join(import.meta.dirname, 'theme/LandingPage.vue') }],
    },
  },
  themeConfig: {
    outline: [2, 3],
    search: { provider: 'local' },
    nav: [
      { text: 'Guide', link: '/guide/five-minutes', activeMatch: '^/guide/' },
      { text: 'Command line', link: '/reference/command-line' },
      { text: 'Libraries', link: '/library', activeMatch: '^/(api|library)' },
      { text: 'Specification', link: '/spec/v1.0', activeMatch: '^/(spec|reference/coverage)' },
      ...linkTo('Conformance', '/conformance/').map((item) => ({ ...item, activeMatch: '^/conformance' })),
    ],
    sidebar: [
      {
        text: 'Guide',
        items: [
          ...guides.flatMap(([text, name]) => linkTo(text, `/guide/${name}`)),
          ...linkTo('Write another implementation', '/add-your-implementation'),
          ...linkTo('Add a requirement', '/guide/add-a-requirement'),
        ],
      },
      {
        text: 'Reference',
        items: [
          ...linkTo('Command line', '/reference/command-line'),
          ...linkTo('JSON results', '/reference/json-results'),
          ...linkTo('Errors and exit codes', '/reference/errors'),
          ...linkTo('Library contract', '/library'),
          ...libraries.map((name) => ({
            text: name,
            link: `/api/${name}/`,
            collapsed: true,
            items: linkTo('How to use it', `/api/${name}/guide`),
          })),
        ],
      },
      {
        text: 'Specification',
        items: [
          ...linksIn('spec', (heading) => heading.replace(/^OpenSSF Model Signing\b/, 'Format')),
          ...linksIn('reference').filter(({ link }) => link.includes('coverage')),
        ],
      },
      {
        text: 'Conformance',
        items: [
          ...linkTo('The suite', '/conformance/suite'),
          ...linkTo('Results', '/conformance/results'),
          ...linkTo('Adapter protocol', '/conformance/protocol'),
          ...linkTo('Vectors', '/conformance/vectors'),
          ...linkTo('Who verifies what', '/interop'),
          ...linkTo('Findings in the Python implementation', '/python-findings'),
          ...linkTo('Findings in the Go implementation', '/go-findings'),
          ...linkTo('Other implementations', '/conformance/interop'),
          ...linkTo('Benchmark', '/conformance/benchmark'),
          ...linkTo('A Sigstore for tests', '/conformance/private-sigstore'),
        ],
      },
      {
        text: 'Project',
        items: [
          ...linkTo('Contributing', '/contributing'),
          ...linkTo('Versions', '/versioning'),
          ...linkTo('Security', '/security'),
          ...linkTo('The bar of the OpenSSF', '/openssf'),
          { text: 'Decisions', link: '/decisions/', collapsed: true, items: linksIn('decisions') },
        ],
      },
    ],
  },
});
