import { globSync } from 'node:fs';
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
  ['Another implementation', 'another-implementation'],
  ['Add a requirement', 'add-a-requirement'],
] as const;

/** Pages of one folder that are there, as links: what other pages generate comes and goes. */
function linksIn(folder: string, label: (name: string) => string) {
  return globSync(`${folder}/*.md`, { cwd: pages })
    .map((file) => path.basename(file, '.md'))
    .filter((name) => name !== 'index')
    .sort()
    .map((name) => ({ text: label(name), link: `/${folder}/${name}` }));
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
  markdown: { anchor: { slugify: slug }, headers: { slugify: slug } },
  themeConfig: {
    outline: [2, 3],
    search: { provider: 'local' },
    nav: [
      { text: 'Guide', link: '/guide/five-minutes', activeMatch: '^/guide/' },
      { text: 'Command line', link: '/reference/command-line' },
      { text: 'Libraries', link: '/library', activeMatch: '^/(api|library)' },
      { text: 'Specification', link: '/spec/v1.0', activeMatch: '^/(spec|reference/coverage)' },
    ],
    sidebar: [
      {
        text: 'Guide',
        items: guides.map(([text, name]) => ({ text, link: `/guide/${name}` })).filter(({ link }) => written.has(link)),
      },
      {
        text: 'Reference',
        items: [
          { text: 'Command line', link: '/reference/command-line' },
          { text: 'Library contract', link: '/library' },
          ...libraries.map((name) => ({ text: name, link: `/api/${name}/` })),
        ],
      },
      {
        text: 'Specification',
        items: [
          ...linksIn('spec', (name) => `Format ${name}`),
          ...linksIn('reference', (name) => name.replace('coverage-', 'Coverage of ')).filter(({ link }) =>
            link.includes('coverage'),
          ),
          ...linksIn('conformance', (name) => name.replaceAll('-', ' ').replace(/^./, (first) => first.toUpperCase())),
        ],
      },
      {
        text: 'Project',
        items: [
          { text: 'Contributing', link: '/contributing' },
          { text: 'Versions', link: '/versioning' },
          { text: 'Security', link: '/security' },
          ...linksIn('decisions', (name) => name.replace(/^(\d+)-/, 'Decision $1: ').replaceAll('-', ' ')),
        ],
      },
    ],
  },
});
