import React, {memo, useMemo} from 'react';
import type {MouseEvent} from 'react';
import {sanitize} from '../markdown/sanitize.ts';
import {useRenderer} from './services.ts';

/** A message with its formatting; blocks that did not change are not touched. */
export const Markdown = memo(function Markdown({text}: {text: string}) {
    const renderer = useRenderer();
    const blocks = useMemo(() => renderer.blocks(text), [renderer, text]);
    return (
        // The handler serves the copy buttons inside, which keyboards reach by themselves.
        <div className="pg-text" onClick={copyCode}>
            {blocks.map((html, index) => (
                <Html key={index} html={html} />
            ))}
        </div>
    );
});

/** One line of formatted text, without paragraphs. */
export function MarkdownLine({text}: {text: string}) {
    const renderer = useRenderer();
    const html = useMemo(() => renderer.line(text), [renderer, text]);
    return <span className="pg-line" dangerouslySetInnerHTML={{__html: html}} />;
}

/** HTML that a plugin made of a message; it is made safe again, as anybody could have made it. */
export function PluginHtml({html}: {html: string}) {
    const safe = useMemo(() => sanitize(html), [html]);
    return (
        <div className="pg-text" onClick={copyCode}>
            <Html html={safe} />
        </div>
    );
}

const Html = memo(function Html({html}: {html: string}) {
    return <div className="pg-text__block" dangerouslySetInnerHTML={{__html: html}} />;
});

function copyCode(event: MouseEvent): void {
    const button =
        event.target instanceof Element ? event.target.closest('button[data-copy]') : null;
    const code = button?.closest('.post-code')?.querySelector('code')?.textContent;
    if (button !== null && code !== undefined) {
        void copy(button, code);
    }
}

async function copy(button: Element, code: string): Promise<void> {
    try {
        await navigator.clipboard.writeText(code);
        button.textContent = 'Copied';
    } catch {
        // Pages that are not served from this machine may not write the clipboard.
        button.textContent = 'Not allowed';
    }
    setTimeout(() => {
        button.textContent = 'Copy';
    }, 1_500);
}
