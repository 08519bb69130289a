import {darkTheme, lightTheme, themeCss} from './theme.ts';
import type {Theme} from './theme.ts';

/** Relative luminance as WCAG 2 defines it. */
function luminance(colour: string): number {
    const value = Number.parseInt(colour.slice(1), 16);
    const [red, green, blue] = [value >> 16, (value >> 8) & 255, value & 255].map((part) => {
        const share = part / 255;
        return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}

function contrast(one: string, other: string): number {
    const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
}

/** A colour at an opacity on a ground. */
function mixed(colour: string, ground: string, opacity: number): string {
    const parts = [16, 8, 0].map((shift) => {
        const top = (Number.parseInt(colour.slice(1), 16) >> shift) & 255;
        const below = (Number.parseInt(ground.slice(1), 16) >> shift) & 255;
        return Math.round(top * opacity + below * (1 - opacity))
            .toString(16)
            .padStart(2, '0');
    });
    return `#${parts.join('')}`;
}

describe.each([lightTheme, darkTheme])('the theme $type', (theme: Theme) => {
    const ground = theme.centerChannelBg;
    it.each([
        ['text', theme.centerChannelColor, ground],
        ['secondary text', mixed(theme.centerChannelColor, ground, 0.78), ground],
        ['placeholders', mixed(theme.centerChannelColor, ground, 0.68), ground],
        ['links', theme.linkColor, ground],
        ['errors', theme.errorTextColor, ground],
        ['the unread line', theme.newMessageSeparator, ground],
        ['primary buttons', theme.buttonColor, theme.buttonBg],
        ['tinted buttons', theme.buttonBg, mixed(theme.buttonBg, ground, 0.14)],
        ['mentions of the reader', theme.mentionHighlightLink, theme.mentionHighlightBg],
        ['badges', theme.mentionColor, theme.mentionBg],
        ['the sidebar', mixed(theme.sidebarText, theme.sidebarBg, 0.78), theme.sidebarBg],
        ['the open channel', theme.sidebarTextActiveColor, theme.sidebarTextHoverBg],
    ])('shows %s with the contrast of WCAG AA', (_what, colour, on) => {
        expect(contrast(colour, on)).toBeGreaterThanOrEqual(4.5);
    });
});

describe('themeCss', () => {
    it('sets the host’s variables, with their rgb forms under the host’s names', () => {
        const css = themeCss();
        expect(css).toContain('--center-channel-bg:#ffffff;--center-channel-bg-rgb:255, 255, 255');
        expect(css).toContain('--error-text-color-rgb:189, 53, 40');
        expect(css).not.toContain('--error-text-rgb');
    });

    it('lets a choice stand above the device', () => {
        expect(themeCss()).toContain(":root[data-appearance='dark']{");
        expect(themeCss()).toContain(":root:not([data-appearance='light']){");
    });
});
