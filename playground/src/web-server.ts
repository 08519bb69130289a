import {createHash} from 'node:crypto';
import path from 'node:path';
import {build} from 'esbuild';
import express from 'express';
import type {RequestHandler, Response} from 'express';
import {iconCss} from './web/icons.ts';
import {markSvg} from './web/mark.ts';
import {themeCss} from './web/theme.ts';

const folder = path.join(import.meta.dirname, 'web');

/** Addresses that belong to the API and to plugins, whatever a browser says it accepts. */
const notPages = /^\/(?:api|plugins|static|hooks)(?:\/|$)/;

/**
 * The page may run its own scripts and those of plugins, which this server serves too; pictures
 * may come from anywhere, as messages show them.
 */
const contentPolicy = [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    'img-src * data: blob:',
    'media-src * data: blob:',
    "connect-src 'self' ws: wss:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
].join('; ');

interface Asset {
    readonly path: string;
    readonly type: string;
    readonly bytes: Uint8Array;
}

/** Which web client it is. */
export interface WebHost {
    /** As of 12.0: drawn by React 19, with the JSX runtime for plugins and a limit on their start [false]. */
    readonly react19?: boolean;
}

/** Where the React of a 12.0 is kept; the page's own is 18's. */
const newer = path.join(import.meta.dirname, '../../build/react-19/node_modules');

/**
 * Bundles the web client into memory and serves it: the page for every address that is not the
 * API's, and its assets. Throws esbuild's `BuildFailure` when the client does not compile.
 */
export async function createWebHandler(host: WebHost = {}): Promise<RequestHandler> {
    const assets = [...(await bundle(host.react19 ?? false)), favicon()];
    const page = pageHtml(assets);
    const router = express.Router();
    for (const asset of assets) {
        router.get(asset.path, (_request, response) => {
            // The name changes with the content.
            response.setHeader('Cache-Control', 'public, max-age=31536000, immutable');
            send(response, asset.type, asset.bytes);
        });
    }
    router.get(/.*/, (request, response, next) => {
        if (notPages.test(request.path)) {
            next();
            return;
        }
        response.setHeader('Cache-Control', 'no-cache');
        response.setHeader('Content-Security-Policy', contentPolicy);
        response.setHeader('Referrer-Policy', 'no-referrer');
        send(response, 'text/html; charset=utf-8', new TextEncoder().encode(page));
    });
    return router;
}

function send(response: Response, type: string, bytes: Uint8Array): void {
    response.setHeader('Content-Type', type);
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.end(bytes);
}

async function bundle(react19: boolean): Promise<readonly Asset[]> {
    const {outputFiles} = await build({
        entryPoints: [path.join(folder, 'index.tsx')],
        outdir: folder,
        bundle: true,
        write: false,
        minify: true,
        format: 'iife',
        target: 'es2022',
        jsx: 'transform',
        legalComments: 'none',
        logLevel: 'silent',
        alias: react19
            ? {react: path.join(newer, 'react'), 'react-dom': path.join(newer, 'react-dom')}
            : {},
        define: {'process.env.NODE_ENV': '"production"'},
    });
    return outputFiles.map(({path: file, contents}) =>
        file.endsWith('.css')
            ? asset('css', 'text/css; charset=utf-8', contents)
            : asset('js', 'text/javascript; charset=utf-8', contents),
    );
}

function favicon(): Asset {
    return asset('svg', 'image/svg+xml', new TextEncoder().encode(markSvg('#0d6a80', '#e0a021')));
}

function asset(extension: string, type: string, bytes: Uint8Array): Asset {
    const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
    return {path: `/static/playground/${hash}.${extension}`, type, bytes};
}

function pageHtml(assets: readonly Asset[]): string {
    const of = (extension: string): string =>
        assets.find(({path}) => path.endsWith(extension))?.path ?? '';
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Gangway playground</title>
<link rel="icon" href="${of('.svg')}" type="image/svg+xml">
<style>${themeCss()}\n${iconCss()}</style>
<link rel="stylesheet" href="${of('.css')}">
<script src="${of('.js')}" defer></script>
</head>
<body class="app__body"><div id="root"></div><noscript>This page needs JavaScript.</noscript></body>
</html>
`;
}
