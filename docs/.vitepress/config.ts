import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { slug } from 'github-slugger';
import { defineConfig } from 'vitepress';

const pages = process.env.VITEPRESS_PAGES;
if (pages === undefined) throw new Error('the site is built by npm run docs, which puts its pages together first');

const guides = [
  ['Five minutes', 'five-minutes'],
  ['In CI', 'ci'],
  ['Your own PKI', 'own-pki'],
  ['A private Sigstore', 'private-sigstore'],
  ['Verify before you load', 'before-you-load'],
  ['What a signature proves', 'threat-model'],
] as const;

/** Pages of one folder that are there, as links that are called as the page is: what is generated comes and goes. */
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

/** A link to a page if it is there. */
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
  // Headings answer to the same anchors here as where the repository is read.
  markdown: {
    config: (md) => {
      // A block that is a file says which one above it; the theme shows names in groups of blocks only.
      const fence = md.renderer.rules.fence;
      if (!fence) throw new Error('nothing renders blocks of code');
      md.renderer.rules.fence = (tokens, index, ...rest) => {
        const [, name] = /\[([\w.-]+)\]/.exec(tokens[index]?.info ?? '') ?? [];
        return `${name === undefined ? '' : `<div class="file-name">${name}</div>`}${fence(tokens, index, ...rest)}`;
      };
    },
    anchor: { slugify: slug },
    headers: { slugify: slug },
    // The usual themes are too pale for some of their words.
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
          ...linkTo('Findings in the Python one', '/python-findings'),
          ...linkTo('Other implementations', '/conformance/interop'),
          ...linkTo('Benchmark', '/conformance/benchmark'),
          ...linkTo('The Sigstore to test with', '/conformance/private-sigstore'),
        ],
      },
      {
        text: 'Project',
        items: [
          ...linkTo('Contributing', '/contributing'),
          ...linkTo('Versions', '/versioning'),
          ...linkTo('Security', '/security'),
          { text: 'Decisions', link: '/decisions/', collapsed: true, items: linksIn('decisions') },
        ],
      },
    ],
  },
});
