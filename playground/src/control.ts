import type {RequestHandler} from 'express';
import * as z from 'zod';
import {readBody} from './http/body.ts';
import {parseFault, type Faults} from './faults.ts';

const loopback = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);
const maxBytes = 10_000;

/** `POST /playground/faults` with a fault as JSON, from this machine only. */
export function createControl(faults: Faults): RequestHandler {
    return async (request, response, next) => {
        if (request.path !== '/playground/faults') {
            next();
            return;
        }
        if (request.method !== 'POST' || !loopback.has(request.socket.remoteAddress ?? '')) {
            response.statusCode = 403;
            response.end();
            return;
        }
        try {
            const fault = parseFault(JSON.parse(String(await readBody(request, maxBytes))));
            response.statusCode = 200;
            response.setHeader('Content-Type', 'application/json');
            response.end('{"status":"OK"}');
            await faults.inject(fault);
        } catch (error) {
            response.statusCode = 400;
            response.end(error instanceof z.ZodError ? z.prettifyError(error) : 'not JSON');
        }
    };
}
