import path from 'node:path';
import express, {type Request, type RequestHandler, type Response, Router} from 'express';
import type {Log} from '../../../sidecar/src/contract/log.ts';
import {ApiError} from '../api-error.ts';
import {answerError} from '../http/handler.ts';
import {newId} from '../identifiers.ts';
import type {World} from '../world/world.ts';
import {createHttpWriter} from './http-writer.ts';
import type {Plugins} from './plugins.ts';
import {callerOf, pluginUrl} from './request-headers.ts';
import {serveHttp} from './serve-http.ts';
import {pluginState} from './supervisor.ts';

/** What is served outside of the API: plugins' own addresses, their public files and web halves. */
export function pluginWebRoutes(world: World, plugins: Plugins, log: Log): RequestHandler {
    const router = Router();
    router.get('/static/plugins/:id/{*file}', (request, response, next) => {
        const folder = plugins.find(request.params.id)?.bundle.webappFolder;
        serveFile(request, response, next, folder, 'max-age=31556926, public');
    });
    router.get('/plugins/:id/public/{*file}', (request, response, next) => {
        const supervisor = plugins.find(request.params.id);
        const isActive = supervisor?.state() === pluginState.running;
        const folder = isActive ? path.join(supervisor.bundle.folder, 'public') : undefined;
        serveFile(request, response, next, folder, undefined);
    });
    const serve: RequestHandler = async (request, response) => {
        const requestId = newId();
        if (!world.core.config.PluginSettings.Enable) {
            const error = new ApiError(501, 'app.plugin.disabled.app_error');
            answerError(log, request, response, requestId, error);
            return;
        }
        await answer({world, plugins, log}, request, response, requestId);
    };
    router.all('/plugins/:id', serve);
    router.all('/plugins/:id/*rest', serve);
    return router;
}

function serveFile(
    request: Request,
    response: Response,
    next: (error?: unknown) => void,
    folder: string | undefined,
    cacheControl: string | undefined,
): void {
    if (folder === undefined || request.path.endsWith('/')) {
        plainText(response, 404, '404 page not found');
        return;
    }
    const at = request.url;
    const file = request.params['file'];
    request.url = `/${(Array.isArray(file) ? file : [String(file)]).map(encodeURIComponent).join('/')}`;
    if (cacheControl !== undefined) {
        response.setHeader('Cache-Control', cacheControl);
    }
    const files = express.static(folder, {index: false, redirect: false, cacheControl: false});
    files(request, response, (error?: unknown) => {
        request.url = at;
        if (error !== undefined) {
            next(error);
            return;
        }
        plainText(response, 404, '404 page not found');
    });
}

async function answer(
    {world, plugins, log}: {world: World; plugins: Plugins; log: Log},
    request: Request,
    response: Response,
    requestId: string,
): Promise<void> {
    const id = String(request.params['id']);
    const supervisor = plugins.find(id);
    const plugin = supervisor?.process();
    if (supervisor?.state() !== pluginState.running || plugin?.has('ServeHTTP') !== true) {
        request.resume();
        plainText(response, 404, '404 page not found');
        return;
    }
    const url = pluginUrl(request.originalUrl, id);
    if (url === undefined) {
        request.resume();
        plainText(response, 400, '400 Bad Request');
        return;
    }
    const {session, headers} = callerOf(world, request);
    const {remoteAddress = '', remotePort = 0} = request.socket;
    const writer = createHttpWriter(response, request.method);
    const done = await serveHttp(
        plugin,
        {
            method: request.method,
            url,
            requestUri: request.originalUrl,
            headers,
            host: request.headers.host ?? '',
            remoteAddress: `${remoteAddress}:${remotePort}`,
            sessionId: session?.id ?? '',
            requestId,
            body: request,
        },
        writer,
        log,
    );
    if (!done && !writer.isStarted()) {
        plainText(response, 500, '500 internal server error');
        return;
    }
    await writer.end();
}

/** The words of Go's HTTP library. */
function plainText(response: Response, status: number, text: string): void {
    response.statusCode = status;
    response.setHeader('Content-Type', 'text/plain; charset=utf-8');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.removeHeader('Cache-Control');
    response.end(`${text}\n`);
}
