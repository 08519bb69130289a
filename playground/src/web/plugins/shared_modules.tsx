import PropTypes from 'prop-types';
import React from 'react';
import ReactDOM from 'react-dom';
import * as ReactDOMClient from 'react-dom/client';
import * as ReactJSXRuntime from 'react/jsx-runtime';
import * as ReactIntl from 'react-intl';
import * as ReactRedux from 'react-redux';
import * as Redux from 'redux';
import {PluginHtml} from '../components/markdown.tsx';
import type {Renderer} from '../markdown/renderer.ts';

/** The host knows more; these are the ones that change what the text looks like here. */
interface FormatOptions {
    /** Default false. */
    readonly singleline?: boolean;
    /** Whether mentions of the reader stand out; default true. */
    readonly mentionHighlight?: boolean;
}

/** Whether the page is a 12.0's: its React, and what that one gives plugins. */
export const isReact19 = Number(React.version.split('.')[0]) >= 19;

/**
 * Puts on `window` what bundles of plugins leave out, so that page and plugins share one React.
 * Must run before any plugin is loaded. `renderer` gives the one in use.
 */
export function shareModules(renderer: () => Renderer | undefined): void {
    const formatText = (text: string, options: FormatOptions = {}): string => {
        const {singleline = false, mentionHighlight = true} = options;
        const html = (singleline ? renderer()?.line(text) : renderer()?.whole(text)) ?? '';
        return mentionHighlight ? html : html.replaceAll(' mention--highlight', '');
    };
    Object.assign(window, {
        React,
        ...(isReact19 ? {ReactDOM: {...ReactDOM, ...ReactDOMClient}, ReactJSXRuntime} : {ReactDOM}),
        ReactIntl,
        ReactRedux,
        Redux,
        PropTypes,
        PostUtils: {
            formatText,
            messageHtmlToComponent: (html: string) => <PluginHtml html={html} />,
        },
    });
}
