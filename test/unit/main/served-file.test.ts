import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CONTENT_SECURITY_POLICY, serveFile } from '../../../electron/main/served-file.ts';

let folder: string;
let root: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sallyport-served-'));
  root = path.join(folder, 'renderer');
  mkdirSync(path.join(root, 'assets'), { recursive: true });
  mkdirSync(path.join(folder, 'renderer-beside'));
  for (const name of [
    'index.html',
    'assets/main.js',
    'assets/main.css',
    'assets/inter.woff2',
    'notes.txt',
    '..js',
  ]) {
    writeFileSync(path.join(root, name), name);
  }
  writeFileSync(path.join(folder, 'secret.js'), 'secret');
  writeFileSync(path.join(folder, 'renderer-beside', 'secret.js'), 'secret');
  symlinkSync(path.join(folder, 'secret.js'), path.join(root, 'out.js'));
  symlinkSync(folder, path.join(root, 'up'));
  symlinkSync(path.join(root, 'assets/main.js'), path.join(root, 'inside.js'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const get = (address: string, method = 'GET') => serveFile(root, method, address);

describe('what is served', () => {
  test.each([
    ['app://sallyport/', 'index.html', 'text/html; charset=utf-8'],
    ['app://sallyport/index.html?x#y', 'index.html', 'text/html; charset=utf-8'],
    ['app://sallyport/assets/main.js', 'assets/main.js', 'text/javascript; charset=utf-8'],
    ['app://sallyport/assets/main.css', 'assets/main.css', 'text/css; charset=utf-8'],
    ['app://sallyport/assets/inter.woff2', 'assets/inter.woff2', 'font/woff2'],
    ['app://sallyport/inside.js', 'assets/main.js', 'text/javascript; charset=utf-8'],
    ['app://sallyport/..js', '..js', 'text/javascript; charset=utf-8'],
  ])('%s', async (address, content, type) => {
    const served = await get(address);
    expect(served.status).toBe(200);
    expect(new TextDecoder().decode(served.body ?? undefined)).toBe(content);
    expect(served.headers['Content-Type']).toBe(type);
  });
});

describe('what is refused', () => {
  test.each([
    'app://sallyport/out.js',
    'app://sallyport/up/secret.js',
    'app://sallyport/up/renderer-beside/secret.js',
    'app://sallyport/%2e%2e/secret.js',
    'app://sallyport/..%2fsecret.js',
    'app://sallyport/..%2frenderer-beside%2fsecret.js',
    'app://sallyport/..%5csecret.js',
    'app://sallyport/%00index.html',
    'app://sallyport/%ff',
    'app://sallyport/assets',
    'app://sallyport/assets/',
    'app://sallyport/notes.txt',
    'app://sallyport/missing.js',
    'app://elsewhere/index.html',
    'app://sallyport:80/index.html',
    'app://x:y@sallyport/index.html',
    'file:///etc/passwd',
    'https://sallyport/index.html',
    'no address',
  ])('%s', async (address) => {
    const served = await get(address);
    expect([403, 404]).toContain(served.status);
    expect(served.body).toBeNull();
  });

  test.each(['POST', 'PUT', 'DELETE'])('%s', async (method) => {
    expect((await get('app://sallyport/', method)).status).toBe(405);
  });
});

test('HEAD sends no bytes', async () => {
  expect(await get('app://sallyport/', 'HEAD')).toMatchObject({ status: 200, body: null });
});

test('every answer has the policy and nosniff', async () => {
  const answers = await Promise.all([
    get('app://sallyport/'),
    get('app://sallyport/missing.js'),
    get('https://elsewhere/'),
    get('app://sallyport/', 'POST'),
  ]);
  for (const { headers } of answers) {
    expect(headers['Content-Security-Policy']).toBe(CONTENT_SECURITY_POLICY);
    expect(headers['X-Content-Type-Options']).toBe('nosniff');
  }
});
