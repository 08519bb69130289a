import DOMPurify from 'dompurify';

const allowed = {
    ALLOWED_TAGS: [
        ...['a', 'b', 'blockquote', 'br', 'button', 'code', 'del', 'div', 'em', 'h1', 'h2', 'h3'],
        ...['h4', 'h5', 'h6', 'hr', 'i', 'img', 'input', 'li', 'ol', 'p', 'pre', 's', 'span'],
        ...['strong', 'sub', 'sup', 'table', 'tbody', 'td', 'th', 'thead', 'tr', 'ul'],
    ],
    ALLOWED_ATTR: [
        ...['align', 'alt', 'checked', 'class', 'data-copy', 'data-mention', 'disabled', 'href'],
        ...[
            'loading',
            'referrerpolicy',
            'rel',
            'src',
            'start',
            'tabindex',
            'target',
            'title',
            'type',
        ],
    ],
    ALLOW_DATA_ATTR: false,
};

let isHooked = false;

/**
 * Takes everything out of HTML that could act: the last line of defence, as the renderer makes no
 * HTML of what people write.
 */
export function sanitize(html: string): string {
    if (!isHooked) {
        DOMPurify.addHook('afterSanitizeAttributes', openOutside);
        isHooked = true;
    }
    return DOMPurify.sanitize(html, allowed);
}

function openOutside(node: Element): void {
    if (node.tagName === 'A') {
        node.setAttribute('target', '_blank');
        node.setAttribute('rel', 'noopener noreferrer nofollow');
    }
    if (node.tagName === 'INPUT' && node.getAttribute('type') !== 'checkbox') {
        node.remove();
    }
}
