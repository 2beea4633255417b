// What verifying is compared with: downloads files with fetch, several at a time, and keeps nothing.
// node plain-read.mjs AT_ONCE URL…
const [atOnce, ...urls] = process.argv.slice(2);
const remaining = urls.values();

async function readRemaining() {
  for (const url of remaining) {
    const response = await fetch(url);
    if (response.status !== 200) throw new Error(`${url}: status ${response.status}`);
    let length = 0;
    for await (const chunk of response.body) length += chunk.length;
    if (String(length) !== response.headers.get('content-length')) throw new Error(`${url}: ${length} bytes`);
  }
}

await Promise.all(Array.from({ length: Number(atOnce) }, readRemaining));
