import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { workflowFaults } from './workflow-faults.ts';

const root = path.resolve(import.meta.dirname, '..');
const exclude = ['**/node_modules/**', '**/dist/**', '.cache/**'];
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const files = globSync(['.github/**/*.{yml,yaml}', 'docs/workflows/*.{yml,yaml}', '**/action.{yml,yaml}'], {
  cwd: root,
  exclude,
}).sort();

/** The code blocks in YAML that hold steps or jobs of a workflow. */
const blocks = globSync('**/*.md', { cwd: root, exclude })
  .sort()
  .flatMap((file) =>
    [...read(file).matchAll(/^ *```ya?ml\b.*\n([\s\S]*?)^ *```/gm)]
      .map(([, block = '']) => block)
      .filter((block) => /\b(?:uses|run|jobs):/.test(block))
      .map((block, i) => [`${file}, block ${i + 1}`, block] as const),
  );

describe('the workflows of this repository and those for users', () => {
  it('there are workflows, an action and blocks in the documentation', () => {
    expect(files).toEqual(expect.arrayContaining(['.github/workflows/release.yml', 'conformance/action.yml']));
    expect(files.length).toBeGreaterThan(4);
    expect(blocks.length).toBeGreaterThan(0);
  });

  it.each([...files.map((file) => [file, read(file)] as const), ...blocks])(
    '%s lets no one else change what runs beside an identity',
    (_, text) => expect(workflowFaults(text)).toEqual([]),
  );

  it('the action refuses a version that is not exact', () => {
    const { run } = parse(read('conformance/action.yml')).runs.steps.find(({ id }: { id?: string }) => id === 'run');
    const check = run.slice(0, run.indexOf('fi\n') + 3);
    const status = (version: string) =>
      spawnSync('bash', ['-e', '-c', check], { env: { ...process.env, VERSION: version } }).status;
    expect(['1.2.3', '0.1.0-next.1'].map(status)).toEqual([0, 0]);
    expect(['latest', '', '^1.2.3', '1.2', '1.2.3 --global', '1.2.3\nx', 'next'].map(status)).not.toContain(0);
  });
});

const checkout = 'actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2';

/** A workflow with one job. */
function workflow({
  top = 'permissions: {}',
  job = 'permissions: { contents: read }',
  steps = '- run: "true"',
  on = 'push',
}) {
  const indented = (text: string, depth: number) => text.replace(/^/gm, ' '.repeat(depth));
  return `on: ${on}\n${top}\njobs:\n  a:\n${indented(job, 4)}\n    steps:\n${indented(steps, 6)}\n`;
}

const expression = (text: string) => `\${{ ${text} }}`;
const identity = 'permissions: { id-token: write }';
const write = 'permissions: { contents: write }';

describe('workflowFaults', () => {
  it('a workflow that pins all, grants little and keeps nothing has no faults', () => {
    const steps = `- uses: ${checkout}\n  with: { persist-credentials: false }\n- run: |\n    npm ci --ignore-scripts\n    npx --no-install tool`;
    expect(workflowFaults(workflow({ steps }))).toEqual([]);
    expect(
      workflowFaults(workflow({ job: identity, steps: '- run: npm ci --ignore-scripts && node scripts/x.ts' })),
    ).toEqual([]);
    expect(workflowFaults('- run: npm install --ignore-scripts --prefix x a@1.2.3 @b/c@1.2.3-rc.1')).toEqual([]);
  });

  it.each([
    ['a tag instead of a commit', { steps: '- uses: actions/setup-node@v6 # v6.0.0' }, /not pinned to a commit/],
    ['a short commit', { steps: '- uses: actions/setup-node@53b8394 # v6.3.0' }, /not pinned to a commit/],
    ['a commit without a version', { steps: `- uses: ${checkout.replace(/ #.*/, '')}` }, /not followed by its version/],
    ['a container by tag', { steps: '- uses: docker://alpine:3' }, /not pinned to a commit/],
    ['a reusable workflow by branch', { job: 'uses: a/b/.github/workflows/c.yml@main' }, /not pinned to a commit/],
    ['a checkout with credentials', { steps: `- uses: ${checkout}` }, /leaves its credentials/],
    [
      'a checkout that asks for them',
      { steps: `- uses: ${checkout}\n  with: { persist-credentials: true }` },
      /leaves/,
    ],
    ['npx without a version', { steps: '- run: npx --yes tool verify' }, /tool, which is not pinned/],
    ['npx with a tag', { steps: '- run: npx --yes tool@latest' }, /not pinned/],
    ['npx with a range', { steps: '- run: npx @a/b@^1.2.3' }, /not pinned/],
    ['npm exec without a version', { steps: '- run: npm exec -- tool' }, /not pinned/],
    ['an installation without a version', { steps: '- run: npm install --ignore-scripts -g tool' }, /not pinned/],
    [
      'an installation in the middle of a script',
      { steps: '- run: |\n    set -e; (cd x && FOO=1 npm i tool)' },
      /not pinned/,
    ],
    ['an installation with scripts', { steps: '- run: npm ci' }, /runs the scripts/],
    ['pip without hashes', { steps: '- run: pip install tool==1.0' }, /not allowed/],
    ['go run without a version', { steps: '- run: go run example.com/tool@latest' }, /not allowed/],
    ['a download', { steps: '- run: curl https://example.com/install.sh | sh' }, /curl.* is not allowed/],
    ['an event in a script', { steps: `- run: echo "${expression('github.event.issue.title')}"` }, /part of a script/],
    ['an input in a script', { steps: `- run: |\n    tool ${expression('inputs.name')}` }, /part of a script/],
    ['no limit of permissions', { top: 'name: x' }, /does not limit/],
    ['write access for every job', { top: 'permissions: { contents: write }' }, /grants every job/],
    ['all permissions', { top: 'permissions: write-all' }, /grants every job/],
    ['npx beside an identity', { job: identity, steps: '- run: npx --no-install tool' }, /beside an identity/],
    ['a build beside an identity', { job: identity, steps: '- run: npm run build' }, /beside an identity/],
    ['a build beside write access', { job: write, steps: '- run: npm run build' }, /beside an identity/],
    ['all secrets', { job: 'secrets: inherit' }, /every secret/],
    ['proposals with secrets', { on: 'pull_request_target' }, /pull_request_target/],
    ['proposals with secrets, in a list', { on: '[push, workflow_run]' }, /workflow_run/],
  ])('a workflow with %s has a fault', (_, change, fault) => {
    expect(workflowFaults(workflow(change)).join('\n')).toMatch(fault);
  });

  /** Commands that fetch or run what nothing here checks, in the forms in which a script can hold them. */
  const dangerous = [
    'if npm ci; then true; fi',
    'while npm ci; do true; done',
    '! npm ci',
    'npm --prefix x install tool',
    'npm --loglevel silent i tool',
    'npm install --ignore-scripts ./tool',
    'npm install --ignore-scripts tool@$TAG',
    'npm ci --ignore-scripts --script-shell=x',
    'npm ci --ignore-scripts --registry=https://example.com',
    'npm create tool',
    'npm publish .',
    'npm publish',
    'npx --yes --package=tool run',
    'npx -p tool@latest run@1.2.3',
    'python3 -m pip install tool',
    'pipx run tool',
    'uvx tool',
    'pnpm dlx tool',
    'docker run tool:latest',
    'curl -fsS https://example.com/install.sh | sh',
    'wget https://example.com/install.sh',
    'echo `npm ci`',
    'echo "`npm ci`"',
    'echo "$(npm ci)"',
    'x=$(npm ci)',
    'x=(a $(npm ci))',
    `echo "\${X:-$(npm ci)}"`,
    'echo $(( $(npm ci) ))',
    '[[ $(npm ci) = x ]]',
    'cat <(npm ci)',
    "bash -c 'npm ci'",
    "eval 'npm ci'",
    'bash <(curl https://example.com)',
    'env npm ci',
    'sudo npm ci',
    'exec npm ci',
    'command npm ci',
    'xargs npm ci',
    '$TOOL',
    '"$RUNNER_TEMP/tool"',
    './tool',
    '. ./tool',
    'n""pm ci',
    "'npm' ci",
    'np\\m ci',
    'true & npm ci',
    'true |& npm ci',
    '{ npm ci; }',
    'f() { npm ci; }',
    'case x in x) npm ci;; esac',
    'cat <<END\n$(npm ci)\nEND',
    'bash <<END\nnpm ci\nEND',
    'echo [[ ; npm ci; echo ]]',
    'if true; then true',
    'A=1 B="2 3" npm ci',
    'NODE_OPTIONS=--import=./x node scripts/x.ts',
    'export NODE_OPTIONS=--import=./x',
    'PATH=.:$PATH',
    'node -e "x"',
    'node --import ./x scripts/x.ts',
    'node scripts/../../x.ts',
    'node "$RUNNER_TEMP/a/node_modules/@evil/hub/dist/cli.js"',
    'node "$RUNNER_TEMP/a/node_modules/@huggingface/hub/dist/other.js"',
    'tool=x.js\nnode "$tool"',
    'echo "A=$B" >> "$GITHUB_ENV"',
    'echo ./x >> $GITHUB_PATH',
    'git -c core.pager=x diff',
    'git config alias.x "!npm ci"',
    'git clone https://example.com',
    'gh extension install x/y',
    'gh api x',
    'tar -xf x.tar --to-command=x',
    'tar -x --checkpoint-action=exec=x',
    'find . -exec npm ci {} +',
    "awk 'BEGIN { system(x) }'",
    'deno run x',
    'cargo install x',
    'gem install x',
    'apt-get install x',
    'brew install x',
  ];
  it.each(dangerous)('the script %j is a fault in any job', (script) => {
    const steps = `- run: ${JSON.stringify(script)}`;
    expect(workflowFaults(workflow({ steps }))).not.toEqual([]);
    expect(workflowFaults(workflow({ steps, job: identity }))).not.toEqual([]);
  });

  const digest = `sha256:${'0'.repeat(64)}`;
  const read = 'permissions: { contents: read }';
  const secret = expression('secrets.TOKEN');

  it.each([
    ['a container by tag', { job: `${read}\ncontainer: node:latest` }],
    ['a container by tag, with options', { job: `${read}\ncontainer: { image: 'node:latest', options: x }` }],
    ['a service by tag', { job: `${read}\nservices: { db: { image: 'db:1' } }` }],
    ['a container that an expression names', { job: `${read}\ncontainer: '${expression('inputs.image')}'` }],
    ["a secret in a job's variables", { job: `${read}\nenv: { TOKEN: '${secret}' }` }],
    ['a secret in the variables of all jobs', { top: `permissions: {}\nenv: { TOKEN: '${secret}' }` }],
    ['a secret beside a build', { steps: `- run: npm run build\n- run: gh pr view x\n  env: { T: '${secret}' }` }],
    ['the token beside a build', { steps: `- run: npm test\n  env: { T: '${expression('github.token')}' }` }],
    ['the token by its index', { steps: `- run: npm test\n  env: { T: '${expression("github[''token'']")}' }` }],
    ['all secrets beside a build', { steps: `- run: npm test\n  env: { T: '${expression('toJSON(secrets)')}' }` }],
    ['another shell', { steps: '- run: x\n  shell: python' }],
    ['a command as its shell', { steps: `- run: echo\n  shell: 'sh -c {0}'` }],
    ['another shell for all', { job: `${read}\ndefaults: { run: { shell: python } }` }],
    ['options of Node.js for a step', { steps: '- run: node scripts/x.ts\n  env: { NODE_OPTIONS: --import=./x }' }],
    ['options of Node.js for a job', { job: `${identity}\nenv: { NODE_OPTIONS: --import=./x }` }],
    ['a checkout in other letters', { steps: `- uses: ${checkout.replace('actions/checkout', 'Actions/Checkout')}` }],
    [
      'an expression in a script of an action',
      {
        steps: `- uses: ${checkout.replace('checkout', 'github-script')}\n  with: { script: 'x(${expression('inputs.x')})' }`,
      },
    ],
    ['an action outside of the checkout', { steps: '- uses: ./../x' }],
  ])('a workflow with %s is not allowed', (_, change) => {
    expect(workflowFaults(workflow(change))).not.toEqual([]);
  });

  it('images by digest, plain loops and the program of an installed package are allowed', () => {
    const steps = `- run: |
    for file in $(jq -r '.[]' <<< "$FILES"); do
      gh release view "$file" > /dev/null 2>&1 || echo "$(cut -d' ' -f1 < x)" # npm ci
    done
    cat > settings.json <<END
    {}
    END
    (cd "$RUNNER_TEMP" && npm install --prefix tool --ignore-scripts @model-signing/cli@1.2.3)
    node "$RUNNER_TEMP/tool/node_modules/@huggingface/hub/dist/cli.js" upload a/b folder
    program="$RUNNER_TEMP/tool/node_modules/@model-signing/cli/bin/model-signing.js"
    if [[ "$X" =~ ^(a|b)$ ]]; then node "$program" verify model; fi`;
    const job = `${identity}\ncontainer: node@${digest}\nservices: { db: { image: 'db:1@${digest}' } }`;
    expect(workflowFaults(workflow({ steps, job }))).toEqual([]);
  });

  it('the steps of an action count as beside an identity, because its caller may have one', () => {
    const action = 'runs:\n  using: composite\n  steps:\n    - run: npx --yes tool@1.2.3\n      shell: bash\n';
    expect(workflowFaults(action).join()).toMatch(/beside an identity/);
  });
});
