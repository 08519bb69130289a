/** Id of the one style element in the page. */
const STYLE_ID = 'gangway-look';

/** What may hold the last line of a text, from the answer inwards. */
const LAST_LINE = [
    '> :is(p, h1, h2, h3, h4, h5, h6):last-child',
    '> :is(ul, ol):last-child > li:last-child:not(:has(ul, ol, p))',
    '> :is(ul, ol):last-child > li:last-child :is(ul, ol) > li:last-child:not(:has(ul, ol))',
    '> :is(ul, ol):last-child > li:last-child p:last-child',
    '> blockquote:last-child > p:last-child',
    '> .post-code:last-child code',
].map((place) => `.gangway-answer--growing ${place}::after`);

/**
 * The cursor stands behind the last letter and takes no room, so that no line breaks differently with it and
 * nothing moves when it goes. It is left out in tables, the end of which is no place in a text.
 */
const CSS = `
${LAST_LINE.join(',\n')} {
    content: '';
    position: absolute;
    width: 0.5em;
    height: 1em;
    margin: 0.2em 0 0 0.2em;
    border-radius: var(--radius-xs, 2px);
    background: var(--button-bg);
    opacity: 0.72;
}
.gangway-answer--again {
    opacity: 0.64;
}
`;

/** Puts the style of answers into the page, in place of what a version before left there. */
export function addLook(): void {
    removeLook();
    const style = document.createElement('style');
    style.id = STYLE_ID;
    style.textContent = CSS;
    document.head.append(style);
}

/** Takes the style of answers out of the page. */
export function removeLook(): void {
    document.getElementById(STYLE_ID)?.remove();
}
