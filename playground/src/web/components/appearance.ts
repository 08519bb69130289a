import {useSyncExternalStore} from 'react';
import {darkTheme, lightTheme} from '../theme.ts';
import type {Appearance, Theme} from '../theme.ts';

const storageKey = 'gangway-playground-appearance';
const listeners = new Set<() => void>();
const prefersDark = window.matchMedia('(prefers-color-scheme: dark)');

function stored(): Appearance {
    const value = window.localStorage.getItem(storageKey);
    return value === 'light' || value === 'dark' ? value : 'system';
}

/** Puts what was chosen earlier on the page; to be called before the page is drawn. */
export function applyAppearance(): void {
    document.documentElement.dataset['appearance'] = stored();
}

/** Chooses the colours and remembers the choice in this browser. */
export function chooseAppearance(appearance: Appearance): void {
    window.localStorage.setItem(storageKey, appearance);
    applyAppearance();
    listeners.forEach((listener) => listener());
}

/** What was chosen; `system` until then. */
export function useAppearance(): Appearance {
    return useSyncExternalStore(subscribe, stored);
}

/** The colours in use. */
export function useThemeInUse(): Theme {
    return useSyncExternalStore(subscribe, themeInUse);
}

function themeInUse(): Theme {
    const appearance = stored();
    const isDark = appearance === 'system' ? prefersDark.matches : appearance === 'dark';
    return isDark ? darkTheme : lightTheme;
}

function subscribe(listener: () => void): () => void {
    listeners.add(listener);
    prefersDark.addEventListener('change', listener);
    return () => {
        listeners.delete(listener);
        prefersDark.removeEventListener('change', listener);
    };
}
