import { expect, test, untilReady } from './fixtures.ts';

test('opens at the design size and does not get smaller than the smallest', async ({ sallyport, page }) => {
  expect(await page.evaluate(() => [innerWidth, innerHeight])).toEqual([1280, 800]);
  await sallyport.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.setContentSize(400, 300),
  );
  await expect.poll(() => page.evaluate(() => [innerWidth, innerHeight])).toEqual([1024, 640]);
});

test('comes back where it was, as large and in the theme that was chosen', async ({ sallyport, launch }) => {
  await sallyport.app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    window?.setContentSize(1100, 700);
    window?.setPosition(120, 80);
  });
  await sallyport.page.evaluate(() => window.sallyport.call('window.setTheme', { theme: 'dark' }));
  expect(await sallyport.page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)).toBe(true);
  await sallyport.app.close();
  const again = await launch();
  await untilReady(again.page);
  const place = await again.app.evaluate(({ BrowserWindow, nativeTheme }) => {
    const [window] = BrowserWindow.getAllWindows();
    return {
      position: window?.getPosition(),
      size: window?.getContentSize(),
      theme: nativeTheme.themeSource,
      background: window?.getBackgroundColor(),
    };
  });
  expect(place).toEqual({ position: [120, 80], size: [1100, 700], theme: 'dark', background: '#161718' });
});

test('text goes to the clipboard through the shell', async ({ sallyport, page }) => {
  await page.evaluate(() => window.sallyport.call('clipboard.write', { text: 'sha256:abc' }));
  expect(await sallyport.app.evaluate(({ clipboard }) => clipboard.readText())).toBe('sha256:abc');
});

test('the menu works by keyboard and holds nothing that leads outside', async ({ sallyport }) => {
  const items = await sallyport.app.evaluate(({ Menu }) =>
    (Menu.getApplicationMenu()?.items ?? []).map((top) => ({
      label: top.label,
      roles: top.submenu?.items.map((item) => String(item.role ?? item.type).toLowerCase()) ?? [],
    })),
  );
  expect(items.map(({ label }) => label)).toEqual(['&File', '&Edit', '&View']);
  expect(items.flatMap(({ roles }) => roles)).toEqual(
    expect.arrayContaining(['close', 'quit', 'copy', 'paste', 'reload', 'resetzoom', 'togglefullscreen']),
  );
});
