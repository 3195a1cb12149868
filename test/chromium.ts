import fs from 'node:fs';

const usual = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium', '/usr/bin/google-chrome'];

/** The browser of this machine: that of `CHROMIUM_PATH`, or where Debian has it. None of them: Playwright's own. */
export const chromiumPath = [process.env.CHROMIUM_PATH, ...usual].find((f) => f && fs.existsSync(f));
