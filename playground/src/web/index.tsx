import React from 'react';
import {createRoot} from 'react-dom/client';
import {createChat} from './chat/chat.ts';
import {applyAppearance} from './components/appearance.ts';
import {Page} from './components/page.tsx';
import type {Renderer} from './markdown/renderer.ts';
import {shareModules} from './plugins/shared_modules.tsx';
import './styles/index.css';

let renderer: Renderer | undefined;

const root = document.getElementById('root');
if (root === null) {
    throw new TypeError('The page must have an element with the id "root".');
}
applyAppearance();
shareModules(() => renderer);
const chat = createChat();
createRoot(root).render(
    <Page
        chat={chat}
        onRenderer={(next) => {
            renderer = next;
        }}
    />,
);
