#!/usr/bin/env node
// Old versions of Node can parse this syntax, so they can say what is needed.

// The range of "engines" in package.json; a test compares them.
var minimums = { 22: [22, 2], 24: [15, 0] };
var newestMinimum = 26;

var found = process.versions.node;
var parts = found.split('.').map(Number);
var minimum = minimums[parts[0]];
var supported =
  parts[0] >= newestMinimum ||
  (minimum !== undefined && (parts[1] > minimum[0] || (parts[1] === minimum[0] && parts[2] >= minimum[1])));

function fail(error) {
  process.stderr.write(`model-signing: error: ${error.message}\n`);
  if (process.argv.indexOf('--json') !== -1) process.stdout.write(`${JSON.stringify(resultOf(error))}\n`);
  process.exitCode = 3;
}

function resultOf(error) {
  var cause = { code: 'command/failed', stage: null, requirement: null, message: error.message };
  return {
    schema: 'model-signing/result/v1',
    ok: false,
    error: Object.assign(cause, { differences: [], hints: [], exitCode: 3 }),
  };
}

if (supported) {
  try {
    require('../dist/main.cjs').main().catch(fail);
  } catch (error) {
    fail(error);
  }
} else {
  fail(new Error(`this needs Node.js 22.22.2, 24.15.0, or 26 and newer, and found ${found}`));
}
