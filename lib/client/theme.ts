export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];
export const themeCookie = 'ratchet_theme';

export const asTheme = (value: string | undefined): Theme => themes.find((t) => t === value) ?? 'system';

/**
 * Sets the theme for now and for next time. It is kept in a cookie so that the server writes it into the page:
 * the first paint is already right, without a script that runs before it.
 */
export function setTheme(theme: Theme): void {
  const root = document.documentElement;
  if (theme === 'system') delete root.dataset.theme;
  else root.dataset.theme = theme;
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in Firefox and Safari yet
  document.cookie = `${themeCookie}=${theme}; path=/; max-age=31536000; samesite=lax`;
}

export const currentTheme = (): Theme => asTheme(document.documentElement.dataset.theme);
