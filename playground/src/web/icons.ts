/**
 * The icons, drawn on a grid of 24 with a pen of 1.8, under the names that the host's icon font
 * uses for the same thing: `<i class="icon icon-NAME">` of a plugin finds them too.
 */
const drawings = {
    'account-multiple-outline':
        'M9 11a3.2 3.2 0 1 0 0-6.4A3.2 3.2 0 0 0 9 11zm-6 8.4c.5-3.2 2.9-5 6-5s5.5 1.8 6 5M15.5 4.9a3.2 3.2 0 0 1 0 5.8M17.5 14.8c2 .7 3.2 2.3 3.5 4.6',
    'account-outline':
        'M12 11.5a3.7 3.7 0 1 0 0-7.4 3.7 3.7 0 0 0 0 7.4zM4.5 20c.6-3.6 3.6-5.7 7.5-5.7s6.9 2.1 7.5 5.7',
    'account-plus-outline':
        'M10 11.5a3.6 3.6 0 1 0 0-7.2 3.6 3.6 0 0 0 0 7.2zM3 20c.6-3.6 3.3-5.7 7-5.7 2 0 3.7.6 5 1.7M19 12.5v6M16 15.5h6',
    'alert-circle-outline': 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7.5v5.5M12 16.3v.2',
    'alert-outline': 'M12 4 2.8 19.5h18.4L12 4zM12 10v4.5M12 17v.2',
    anchor: 'M12 7.5a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4zM12 7.5V21M8 11h8M3.5 13.5C4 18 7.5 21 12 21s8-3 8.5-7.5l-2.7 1.6M3.5 13.5l2.7 1.6',
    'arrow-down': 'M12 4.5v15M5.5 13l6.5 6.5 6.5-6.5',
    cancel: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM5.8 5.8l12.4 12.4',
    check: 'M4.5 12.8 9.7 18 19.5 7',
    'check-circle': 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM7.8 12.3l3 3 5.4-6',
    'check-circle-outline': 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM7.8 12.3l3 3 5.4-6',
    'chevron-down': 'M5.5 9l6.5 6.5L18.5 9',
    'chevron-left': 'M15 5.5 8.5 12l6.5 6.5',
    'chevron-right': 'M9 5.5l6.5 6.5L9 18.5',
    'chevron-up': 'M5.5 15.5 12 9l6.5 6.5',
    'clock-outline': 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5.3l3.5 2',
    close: 'M5.5 5.5l13 13M18.5 5.5l-13 13',
    'code-tags': 'M8.5 6 2.5 12l6 6M15.5 6l6 6-6 6',
    'cog-outline':
        'M12 15.2a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4zM12 2.8v3M12 18.2v3M2.8 12h3M18.2 12h3M5.5 5.5l2.1 2.1M16.4 16.4l2.1 2.1M18.5 5.5l-2.1 2.1M7.6 16.4l-2.1 2.1',
    console: 'M3 4.5h18v15H3zM7 9.5l3 2.7-3 2.7M12.5 15.5H17',
    'content-copy': 'M8.5 8.5h11v12h-11zM15.5 8.5v-5h-11v12h4',
    'creation-outline':
        'M10.5 3.5c.8 4.6 2.4 6.2 7 7-4.6.8-6.2 2.4-7 7-.8-4.6-2.4-6.2-7-7 4.6-.8 6.2-2.4 7-7zM18.5 15.5c.4 2 1 2.6 3 3-2 .4-2.6 1-3 3-.4-2-1-2.6-3-3 2-.4 2.6-1 3-3z',
    'dots-horizontal': 'M5.5 12v.01M12 12v.01M18.5 12v.01',
    'dots-vertical': 'M12 5.5v.01M12 12v.01M12 18.5v.01',
    'download-outline': 'M12 3.5v11.5M6.5 10l5.5 5.5L17.5 10M4 20.5h16',
    'emoticon-outline':
        'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8 14c.8 1.7 2.2 2.5 4 2.5s3.2-.8 4-2.5M9 9v.6M15 9v.6',
    'emoticon-plus-outline':
        'M20 11.5a9 9 0 1 1-7.5-7.5M8 14.5c.8 1.5 2 2.2 3.6 2.2s2.8-.7 3.6-2.2M8.8 9.8v.5M14.2 9.8v.5M19 2.5v6M16 5.5h6',
    'eye-off-outline':
        'M4 4l16 16M9.9 5.8c.7-.2 1.4-.3 2.1-.3 4.5 0 7.8 2.6 9.5 6.5a11 11 0 0 1-2.8 3.9M6 7.6A11.6 11.6 0 0 0 2.5 12c1.7 3.9 5 6.5 9.5 6.5 1.5 0 2.8-.3 4-.8M10 10a2.9 2.9 0 0 0 4 4.1',
    'eye-outline':
        'M2.5 12C4.2 8.1 7.5 5.5 12 5.5s7.8 2.6 9.5 6.5c-1.7 3.9-5 6.5-9.5 6.5S4.2 15.9 2.5 12zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z',
    'file-text-outline': 'M6 3h8.5L19 7.5V21H6zM14 3v5h5M9.5 12.5h6M9.5 16.5h6',
    'filter-variant': 'M4 6.5h16M7 12h10M10 17.5h4',
    globe: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM3 12h18M12 3c2.7 2.6 4 5.6 4 9s-1.3 6.4-4 9c-2.7-2.6-4-5.6-4-9s1.3-6.4 4-9z',
    'help-circle-outline':
        'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9.3 9.5c.2-1.5 1.3-2.4 2.8-2.4s2.7 1 2.7 2.4c0 2.1-2.7 2.2-2.7 4.3M12 16.8v.2',
    'image-outline': 'M3.5 4.5h17v15h-17zM4 17l5-5.5 4 4 2.5-2.5 4.5 4.5M15.5 9v.01',
    'information-outline': 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5.5M12 7.6v.2',
    'key-variant': 'M8 20a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM11 13 20 4M16 8l3 3M13.5 10.5l2 2',
    'lightning-bolt-outline': 'M13 3 5 13.5h6L10 21l8.5-11H12.5z',
    'link-variant':
        'M10 14a4 4 0 0 0 5.7 0l3.6-3.6a4 4 0 0 0-5.7-5.7L12.5 5.8M14 10a4 4 0 0 0-5.7 0l-3.6 3.6a4 4 0 0 0 5.7 5.7l1.1-1.1',
    'lock-outline': 'M5.5 10.5h13V20h-13zM8 10.5V7.6C8 5 9.7 3.5 12 3.5S16 5 16 7.6v2.9M12 14.3v2',
    'logout-variant': 'M13.5 4H5v16h8.5M10 12h11M17.5 8l4 4-4 4',
    magnify: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.3 15.3 20.5 20.5',
    menu: 'M3.5 6.5h17M3.5 12h17M3.5 17.5h17',
    'message-text-outline': 'M3.5 4.5h17v12H12l-4.5 4v-4h-4zM8 9h8M8 12.5h5',
    paperclip:
        'M19.5 11.5 11.3 19.7a5 5 0 0 1-7-7.1l8.5-8.5a3.4 3.4 0 0 1 4.8 4.8l-8.2 8.2a1.7 1.7 0 0 1-2.4-2.4l7.4-7.4',
    pause: 'M8 5v14M16 5v14',
    'pencil-outline': 'M4 20l1-4.5L16.5 4 20 7.5 8.5 19zM14 6.5 17.5 10',
    play: 'M7 4.5v15l12-7.5z',
    'play-outline': 'M7 4.5v15l12-7.5z',
    plus: 'M12 4.5v15M4.5 12h15',
    pound: 'M9.5 3.5 7 20.5M17 3.5 14.5 20.5M4 8.8h16.5M3.5 15.2H20',
    refresh: 'M19.5 12a7.5 7.5 0 1 1-2.3-5.4M19.5 3.5v4.5H15',
    'reply-outline': 'M9.5 5.5 3.5 11l6 5.5v-3.3c5 0 8.3 1.3 11 5.3-.8-6-4.5-9.5-11-10z',
    restore: 'M4.5 12a7.5 7.5 0 1 0 2.3-5.4M4.5 3.5v4.5H9',
    'robot-happy':
        'M5 9h14v11H5zM12 9V5M12 4.9a1.2 1.2 0 1 0 0-2.4 1.2 1.2 0 0 0 0 2.4M9 13v.7M15 13v.7M9 16.5c1.8 1.2 4.2 1.2 6 0M2.5 13v3.5M21.5 13v3.5',
    'send-outline': 'M4 4.5 21 12 4 19.5 6.5 12zM6.5 12H13',
    'server-outline': 'M4 4h16v7H4zM4 13h16v7H4zM7.5 7.5v.01M7.5 16.5v.01',
    'shield-alert-outline':
        'M12 3 4.5 6v5.5c0 4.7 3 7.7 7.5 9.5 4.5-1.8 7.5-4.8 7.5-9.5V6zM12 8.5v4.5M12 16v.2',
    'shield-outline': 'M12 3 4.5 6v5.5c0 4.7 3 7.7 7.5 9.5 4.5-1.8 7.5-4.8 7.5-9.5V6z',
    sync: 'M4.5 10.5A7.7 7.7 0 0 1 18 7.3M19.5 13.5A7.7 7.7 0 0 1 6 16.7M18.5 3v4.5H14M5.5 21v-4.5H10',
    'theme-light-dark': 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 3v18M12 7h3M12 11h6M12 15h5',
    'thumbs-up-down':
        'M7 11v9M7 11l4-7c1.6 0 2.3 1 2 2.5L12.5 9.5H18c1.5 0 2.3 1.1 2 2.5l-1.4 6c-.3 1.3-1 2-2.4 2H7M3.5 11H7v9H3.5z',
    'trash-can-outline': 'M5.5 7h13l-1 13.5h-11zM3.5 7h17M9 7V3.5h6V7M10 11v6M14 11v6',
    tune: 'M4 7h9M17 7h3M15 9.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4zM4 17h3M11 17h9M9 19.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4z',
    'upload-outline': 'M12 16V4M6.5 9.5 12 4l5.5 5.5M4 20.5h16',
} satisfies Readonly<Record<string, string>>;

/** Name of an icon. */
export type IconName = keyof typeof drawings;

/** The stylesheet of all icons; each takes the colour and the size of the text that it is in. */
export function iconCss(): string {
    const rules = Object.entries(drawings).map(([name, path]) => {
        const svg =
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24' fill='none' " +
            `stroke='#000' stroke-width='1.8' stroke-linecap='round' stroke-linejoin='round'><path d='${path}'/></svg>`;
        return `.icon-${name}::before{--drawing:url("data:image/svg+xml,${encodeURIComponent(svg)}")}`;
    });
    return rules.join('\n');
}
