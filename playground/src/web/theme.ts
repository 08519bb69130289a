/**
 * The colours, by the host's names: plugins get one of these as their `theme` prop, and the
 * stylesheet gets the same as variables.
 */
export interface Theme {
    readonly type: string;
    readonly sidebarBg: string;
    readonly sidebarText: string;
    readonly sidebarUnreadText: string;
    readonly sidebarTextHoverBg: string;
    readonly sidebarTextActiveBorder: string;
    readonly sidebarTextActiveColor: string;
    readonly sidebarHeaderBg: string;
    readonly sidebarHeaderTextColor: string;
    readonly sidebarTeamBarBg: string;
    readonly onlineIndicator: string;
    readonly awayIndicator: string;
    readonly dndIndicator: string;
    readonly mentionBg: string;
    readonly mentionColor: string;
    readonly centerChannelBg: string;
    readonly centerChannelColor: string;
    readonly newMessageSeparator: string;
    readonly linkColor: string;
    readonly buttonBg: string;
    readonly buttonColor: string;
    readonly errorTextColor: string;
    readonly mentionHighlightBg: string;
    readonly mentionHighlightLink: string;
    readonly codeTheme: string;
}

/** Morning: paper, deep water, brass. */
export const lightTheme: Theme = {
    type: 'Gangway day',
    sidebarBg: '#14323d',
    sidebarText: '#dfecee',
    sidebarUnreadText: '#ffffff',
    sidebarTextHoverBg: '#204755',
    sidebarTextActiveBorder: '#f0b64a',
    sidebarTextActiveColor: '#ffffff',
    sidebarHeaderBg: '#102933',
    sidebarHeaderTextColor: '#ffffff',
    sidebarTeamBarBg: '#0c222b',
    onlineIndicator: '#2f9e72',
    awayIndicator: '#e0a021',
    dndIndicator: '#cf4a3f',
    mentionBg: '#f0b64a',
    mentionColor: '#3b2700',
    centerChannelBg: '#ffffff',
    centerChannelColor: '#1f333c',
    newMessageSeparator: '#b9501b',
    linkColor: '#0a6680',
    buttonBg: '#0d6a80',
    buttonColor: '#ffffff',
    errorTextColor: '#bd3528',
    mentionHighlightBg: '#fdeec6',
    mentionHighlightLink: '#6b4500',
    codeTheme: 'github',
};

/** Night watch: the same harbour with the lamps on. */
export const darkTheme: Theme = {
    type: 'Gangway night',
    sidebarBg: '#0b171d',
    sidebarText: '#c6d6da',
    sidebarUnreadText: '#ffffff',
    sidebarTextHoverBg: '#162b34',
    sidebarTextActiveBorder: '#f0b64a',
    sidebarTextActiveColor: '#ffffff',
    sidebarHeaderBg: '#08131a',
    sidebarHeaderTextColor: '#ffffff',
    sidebarTeamBarBg: '#061015',
    onlineIndicator: '#4cc38f',
    awayIndicator: '#f0b64a',
    dndIndicator: '#ee6f60',
    mentionBg: '#f0b64a',
    mentionColor: '#2c1d00',
    centerChannelBg: '#11202a',
    centerChannelColor: '#dbe7ea',
    newMessageSeparator: '#f29a5b',
    linkColor: '#74cbdc',
    buttonBg: '#5fc2d4',
    buttonColor: '#052329',
    errorTextColor: '#ff8f80',
    mentionHighlightBg: '#40361a',
    mentionHighlightLink: '#ffd98a',
    codeTheme: 'monokai',
};

/** The host's variable for each colour, and the name of its `-rgb` form where that is another. */
const variables: readonly (readonly [keyof Theme, string, string?])[] = [
    ['sidebarBg', '--sidebar-bg'],
    ['sidebarText', '--sidebar-text'],
    ['sidebarUnreadText', '--sidebar-unread-text'],
    ['sidebarTextHoverBg', '--sidebar-text-hover-bg'],
    ['sidebarTextActiveBorder', '--sidebar-text-active-border'],
    ['sidebarTextActiveColor', '--sidebar-text-active-color'],
    ['sidebarHeaderBg', '--sidebar-header-bg'],
    ['sidebarHeaderTextColor', '--sidebar-header-text-color'],
    ['sidebarTeamBarBg', '--sidebar-teambar-bg'],
    ['onlineIndicator', '--online-indicator'],
    ['awayIndicator', '--away-indicator'],
    ['dndIndicator', '--dnd-indicator'],
    ['mentionBg', '--mention-bg'],
    ['mentionColor', '--mention-color'],
    ['centerChannelBg', '--center-channel-bg'],
    ['centerChannelColor', '--center-channel-color'],
    ['newMessageSeparator', '--new-message-separator'],
    ['linkColor', '--link-color'],
    ['buttonBg', '--button-bg'],
    ['buttonColor', '--button-color'],
    ['errorTextColor', '--error-text', '--error-text-color-rgb'],
    ['mentionHighlightBg', '--mention-highlight-bg'],
    ['mentionHighlightLink', '--mention-highlight-link'],
];

/** `18, 50, 61` of `#12323d`: what goes into `rgba(var(--…-rgb), 0.5)`. */
function rgb(colour: string): string {
    const value = Number.parseInt(colour.slice(1), 16);
    return [value >> 16, (value >> 8) & 255, value & 255].join(', ');
}

function block(theme: Theme, scheme: 'light' | 'dark'): string {
    const lines = variables.flatMap(([key, name, rgbName = `${name}-rgb`]) => [
        `${name}:${theme[key]}`,
        `${rgbName}:${rgb(theme[key])}`,
    ]);
    const semantic = [
        `--semantic-color-general:${rgb(theme.centerChannelColor)}`,
        `--semantic-color-info:${rgb(theme.buttonBg)}`,
        `--semantic-color-success:${rgb(theme.onlineIndicator)}`,
        `--semantic-color-warning:${rgb(theme.awayIndicator)}`,
        `--semantic-color-danger:${rgb(theme.errorTextColor)}`,
    ];
    return `{${[...lines, ...semantic, `color-scheme:${scheme}`].join(';')}}`;
}

/** Which of the two themes a reader wants; `system` follows the device. */
export type Appearance = 'system' | 'light' | 'dark';

/** The variables of both themes as a stylesheet; `data-appearance` on the root overrides the device. */
export function themeCss(): string {
    const night = block(darkTheme, 'dark');
    return [
        `:root${block(lightTheme, 'light')}`,
        `@media (prefers-color-scheme:dark){:root:not([data-appearance='light'])${night}}`,
        `:root[data-appearance='dark']${night}`,
    ].join('\n');
}
