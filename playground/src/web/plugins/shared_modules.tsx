import PropTypes from 'prop-types';
import React from 'react';
import ReactDOM from 'react-dom';
import * as ReactIntl from 'react-intl';
import * as ReactRedux from 'react-redux';
import * as Redux from 'redux';
import {PluginHtml} from '../components/markdown.tsx';
import type {Renderer} from '../markdown/renderer.ts';

/**
 * Puts on `window` what bundles of plugins leave out, so that page and plugins share one React.
 * Must run before any plugin is loaded. `renderer` gives the one in use.
 */
export function shareModules(renderer: () => Renderer | undefined): void {
    const formatText = (text: string, options: {singleline?: boolean} = {}): string =>
        (options.singleline === true ? renderer()?.line(text) : renderer()?.whole(text)) ?? '';
    Object.assign(window, {
        React,
        ReactDOM,
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
