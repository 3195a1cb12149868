'use client';
import { useEffect, useState } from 'react';
import { currentTheme, setTheme, type Theme } from '@/lib/client/theme';
import { Segmented } from '../ui/segmented';

const options = [
  { value: 'system', label: 'System' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const;

export function ThemeChoice() {
  const [theme, setState] = useState<Theme>('system');
  useEffect(() => setState(currentTheme()), []);
  return (
    <Segmented
      label="Theme"
      options={options}
      value={theme}
      onChange={(next) => {
        setTheme(next);
        setState(next);
      }}
    />
  );
}
