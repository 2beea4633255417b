// Nothing is uploaded: the page works without a network, asks for nothing, and its policy refuses every connection.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileAddress, openPage, servePage, sign, writeModel } from './harness.ts';

test('a page that was opened as a file verifies without a network, in workers, and asks for nothing', async () => {
  const model = writeModel('model', { 'a.bin': Buffer.alloc(20_000_000, 1), 'b.bin': Buffer.alloc(20_000_000, 2) });
  await sign(model);
  await using opened = await openPage({}, fileAddress);
  const { page, requests } = opened;
  let workers = 0;
  page.on('worker', () => workers++);
  await opened.drop(model);
  // Chromium lists the files of a dropped folder completely only for a page from a server.
  assert.match(await opened.checkWithKey(), /^◐ Partly verified[\s\S]*40\.0 MB read/);
  assert.ok(workers > 0, 'it was hashed in a worker');
  const others = requests.slice(1).filter((url) => !url.startsWith('blob:null/'));
  assert.deepEqual(others, []);
});

test('a page from a server verifies after the server is gone', async () => {
  const server = await servePage();
  await using opened = await openPage({}, `${server.url}/verify.html`);
  await server.close();
  const model = writeModel('model', { 'a.bin': Buffer.alloc(9_000_000, 1) });
  await sign(model);
  await opened.drop(model);
  assert.match(await opened.checkWithKey(), /^✓ Verified/);
  assert.deepEqual(
    server.requests.filter((url) => url !== '/favicon.ico'),
    ['/verify.html'],
  );
});

/** Each way in which a script of a page can ask for something. */
const attempts = {
  fetch: 'fetch(url)',
  XMLHttpRequest: `new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.onload = resolve;
    request.onerror = () => reject(new Error('refused'));
    request.open('POST', url);
    request.send('secret');
  })`,
  EventSource: `new Promise((resolve, reject) => {
    const source = new EventSource(url);
    source.onopen = resolve;
    source.onerror = () => reject(new Error('refused'));
  })`,
  WebSocket: `new Promise((resolve, reject) => {
    const socket = new WebSocket(url.replace('http', 'ws'));
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error('refused'));
  })`,
  beacon: `(navigator.sendBeacon(url, 'secret'), new Promise((resolve, reject) => setTimeout(reject, 500, new Error('refused'))))`,
  image: `new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = resolve;
    image.onerror = () => reject(new Error('refused'));
    image.src = url;
  })`,
  style: `new Promise((resolve, reject) => {
    const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: url, onload: resolve });
    link.onerror = () => reject(new Error('refused'));
    document.head.append(link);
  })`,
  script: `new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement('script'), { onload: resolve, onerror: () => reject(new Error('refused')) });
    script.src = url;
    document.head.append(script);
  })`,
  form: `new Promise((resolve, reject) => {
    const form = Object.assign(document.createElement('form'), { action: url, method: 'post' });
    document.addEventListener('securitypolicyviolation', () => reject(new Error('refused')));
    document.body.append(form);
    form.submit();
  })`,
  frame: `new Promise((resolve, reject) => {
    document.addEventListener('securitypolicyviolation', () => reject(new Error('refused')));
    document.body.append(Object.assign(document.createElement('iframe'), { src: url }));
  })`,
} as const;

for (const [name, expression] of Object.entries(attempts)) {
  test(`the policy of the page refuses a connection that its own script would make: ${name}`, async () => {
    const server = await servePage();
    try {
      await using opened = await openPage();
      await opened.page.context().setOffline(false);
      const call = `((url) => ${expression})(${JSON.stringify(`${server.url}/leak`)}).then(() => 'connected', () => 'refused')`;
      assert.equal(await opened.page.evaluate(call), 'refused');
      assert.deepEqual(server.requests, []);
    } finally {
      await server.close();
    }
  });
}

test('the policy refuses a script that something puts into the page', async () => {
  await using opened = await openPage();
  const ran = await opened.page.evaluate(`(() => {
    const script = document.createElement('script');
    try { script.textContent = 'globalThis.ran = true'; } catch { return 'refused by trusted types'; }
    document.body.append(script);
    return globalThis.ran === true ? 'ran' : 'refused';
  })()`);
  assert.notEqual(ran, 'ran');
});
