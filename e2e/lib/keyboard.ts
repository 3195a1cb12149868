import { expect, type Locator, type Page } from '@playwright/test';

/** No page has so many stops before what a person is after. */
const mostStops = 250;

/**
 * Goes on by Tab (or back) until the element has the focus, as a person without a pointer does, and checks that it can be seen there:
 * an outline, on something that nothing covers.
 */
export async function tabTo(page: Page, to: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  await expect(to).toBeVisible();
  for (let i = 0; i < mostStops; i++) {
    if (await to.evaluate((element) => element === document.activeElement)) return expectSeen(to);
    await page.keyboard.press(key);
  }
  throw new Error(`${to} is not reached by Tab`);
}

/** The focus is on the element, or on what of it stands for it, and can be seen. */
export async function expectSeen(focused: Locator): Promise<void> {
  await expect(focused).toBeFocused();
  await expect
    .poll(() => focused.evaluate(howSeen), { message: `the focus on ${focused} can be seen` })
    .toBe('seen');
}

/** Runs in the page. A hidden radio button is seen by its label. */
function howSeen(element: Element): string {
  const shown = [element, element.closest('label')].find(
    (e) =>
      e !== null &&
      getComputedStyle(e).outlineStyle !== 'none' &&
      parseFloat(getComputedStyle(e).outlineWidth) >= 1 &&
      e.clientHeight !== 1,
  );
  if (!shown) return 'no outline';
  const [line] = shown.getClientRects();
  if (!line) return 'not laid out';
  const at = document.elementFromPoint(line.x + line.width / 2, line.y + line.height / 2);
  return at !== null && shown.contains(at)
    ? 'seen'
    : `covered by ${at?.outerHTML.slice(0, 120) ?? 'nothing: out of view'}`;
}

/** Presses Enter where Tab leads. */
export async function press(page: Page, what: Locator, key = 'Enter'): Promise<void> {
  await tabTo(page, what);
  await page.keyboard.press(key);
}

/** Writes into a field in place of what is there. */
export async function write(page: Page, field: Locator, text: string): Promise<void> {
  await tabTo(page, field);
  await page.keyboard.press('Control+a');
  await page.keyboard.type(text);
}

/** Goes to a page by the search that `/` opens. */
export async function goTo(page: Page, words: string, address: RegExp): Promise<void> {
  await page.keyboard.press('/');
  const search = page.getByRole('combobox', { name: /Search/ });
  await expect(search).toBeFocused();
  await page.keyboard.type(words);
  const results = page.getByRole('listbox', { name: 'Results' });
  await expect(results.getByRole('option', { selected: true })).toContainText(words);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(address);
}

/** A dialog that a button opens has the focus inside, and the button has it again after Escape. */
export async function expectModal(page: Page, button: Locator, dialog: Locator): Promise<void> {
  await press(page, button);
  await expect(dialog).toBeVisible();
  await expect.poll(() => dialog.evaluate((d) => d.contains(document.activeElement))).toBe(true);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expectSeen(button);
}
