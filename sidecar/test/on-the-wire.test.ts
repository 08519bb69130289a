import {createHash} from 'node:crypto';
import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';

import * as z from 'zod';

import {responseWriter} from '../src/host/plugin/serve-http.ts';
import {apiMethods} from '../src/mattermost/plugin-api/wire/api-methods.ts';
import {hookMethods} from '../src/mattermost/plugin-api/wire/hook-methods.ts';
import * as controlMethods from '../src/rpc/go-plugin/methods.ts';
import {GobDecoder} from '../src/rpc/gob/decoder.ts';
import {Named} from '../src/rpc/gob/interface-value.ts';
import {productCalls} from './on-the-wire/api-calls.ts';
import {onTheWireFile, oursOnTheWire, type WireStream} from './on-the-wire/on-the-wire.ts';
import {KINDS} from './on-the-wire/samples.ts';
import {comparable, readGolden, valueOf} from './plugin-rpc-golden.ts';

const golden = readGolden('ours-on-the-wire.json', onTheWireFile);

let today: WireStream[];
beforeAll(async () => {
    today = await oursOnTheWire();
});

const LONG = 2_000;

/** Long texts and bytes as the golden file has them: by their hash. */
function abridged(value: unknown): unknown {
    if (value instanceof Named) return new Named(value.name, abridged(value.value));
    const bytes = typeof value === 'string' ? Buffer.from(value) : value;
    if (Buffer.isBuffer(bytes)) {
        if (bytes.length <= LONG) return value;
        const hash = createHash('sha256').update(bytes).digest('hex');
        return {$long: `${bytes.length} bytes, sha256 ${hash}`};
    }
    if (Array.isArray(value)) return value.map(abridged);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, abridged(one)]));
}

/** What the bytes of a gob stream mean to us, message by message. */
function meaning(stream: WireStream): unknown[][] {
    const decoder = new GobDecoder();
    return stream.messages.map(({bytes}) => {
        decoder.push(Buffer.from(bytes, 'base64'));
        const values: unknown[] = [];
        for (let one = decoder.next(); one !== undefined; one = decoder.next()) {
            values.push(abridged(comparable(one.plain('keep'))));
        }
        return values;
    });
}

/** What Go saw, where a struct that it cannot miss came empty or not at all: the same to it. */
function settled(saw: unknown, ours: unknown): unknown {
    if (typeof saw !== 'object' || saw === null) return saw;
    if (saw instanceof Named) {
        return new Named(saw.name, settled(saw.value, ours instanceof Named ? ours.value : null));
    }
    if (Buffer.isBuffer(saw)) return saw;
    if (Array.isArray(saw)) {
        return saw.map((one, index) => settled(one, Array.isArray(ours) ? ours[index] : null));
    }
    if ('$zero' in saw) return ours === undefined ? undefined : {};
    const of = new Map(Object.entries(Object(ours)));
    return Object.fromEntries(
        Object.entries(saw).map(([key, one]) => [key, settled(one, of.get(key))]),
    );
}

const gobStreams = golden.filter(({reads}) => reads === 'requests' || reads === 'responses');

interface Heard {
    readonly about: string;
    readonly method: string;
    readonly error: string;
}

const header = z.object({ServiceMethod: z.string(), Error: z.string().default('')});

/** The headers that Go read on a stream. */
function heard(stream: string): Heard[] {
    const messages = golden.find(({name}) => name === stream)?.messages ?? [];
    return messages.flatMap(({about, saw = []}) =>
        saw
            .filter((_, index) => index % 2 === 0)
            .map((head) => {
                const {ServiceMethod: method, Error: error} = header.parse(head);
                return {about, method, error};
            }),
    );
}

const methodsOn = (stream: string): Set<string> => new Set(heard(stream).map(({method}) => method));

const namesOf = (table: Readonly<Record<string, {readonly name: string}>>): Set<string> =>
    new Set(Object.values(table).map(({name}) => name));

describe('what we say to a server, as Go has read it', () => {
    it('[INS-02] is what we say today, byte for byte', () => {
        const bytesOf = (streams: readonly WireStream[]) =>
            streams.map(({name, reads, messages}) => ({
                name,
                reads,
                messages: messages.map(({about, bytes}) => ({about, bytes})),
            }));
        // Said first by name: a list of missing calls is easier to read than bytes.
        const titles = (streams: readonly WireStream[]) =>
            streams.flatMap(({name, messages}) => messages.map(({about}) => `${name}: ${about}`));
        expect(titles(today)).toEqual(titles(golden));
        expect(bytesOf(today)).toEqual(bytesOf(golden));
    });

    it.each(gobStreams)('[INS-02] means to Go what it means to us: $name', (stream) => {
        const ours = meaning(stream);
        for (const [index, {about, saw = []}] of stream.messages.entries()) {
            const read = ours[index] ?? [];
            // Go drops the bodies of errors, and those that it does not wait for.
            const known = saw.map((one, place) =>
                one === null ? read[place] : settled(valueOf(one), read[place]),
            );
            expect({about, read}).toEqual({about, read: known});
        }
    });

    it('[INS-02] asks for bodies and dials by numbers that Go reads as ours', () => {
        const saw = (stream: string) =>
            golden.find(({name}) => name === stream)?.messages.flatMap((one) => one.saw);
        expect(saw('body of a request')).toEqual([Number.MAX_SAFE_INTEGER]);
        expect(saw('broker')).toEqual([1, 1, 258, 258, 2 ** 32 - 1, 2 ** 32 - 1]);
    });

    it('[INS-02] covers every call, in every kind and as each function of ours makes it', async () => {
        expect(methodsOn('calls of every kind')).toEqual(namesOf(apiMethods));
        const {functions} = await productCalls('as listed');
        for (const stream of ['calls', 'calls, last ones first']) {
            expect(methodsOn(stream)).toEqual(namesOf(apiMethods));
            const made = new Set(heard(stream).map(({about}) => about.split(' ')[0]));
            expect(made).toEqual(new Set(functions));
        }
        const kinds = heard('calls of every kind').map(({about}) => about);
        expect(kinds.sort()).toEqual(
            Object.keys(apiMethods)
                .flatMap((name) => KINDS.map((kind) => `${name} ${kind}`))
                .sort(),
        );
    });

    it('[INS-02] covers every hook, answered well, and each answer but a good one', () => {
        const replies = heard('hooks');
        const good = replies.filter(({error}) => error === '').map(({method}) => method);
        expect(new Set(good)).toEqual(namesOf(hookMethods));
        const refused = replies.filter(({error}) => error !== '').map(({method}) => method);
        const unread = [...namesOf(hookMethods)].filter((method) => !refused.includes(method));
        // Those that take nothing can be given nothing wrong.
        expect(unread).toEqual([
            'Plugin.Implemented',
            'Plugin.OnDeactivate',
            'Plugin.OnConfigurationChange',
        ]);
        expect(heard('hooks, a misfit').map(({error}) => error !== '')).toEqual([
            false,
            true,
            false,
        ]);
    });

    it('[INS-02] covers every call of an answer and every method of control', () => {
        expect(methodsOn('answer to a request')).toEqual(namesOf(responseWriter));
        expect(methodsOn('control')).toEqual(namesOf({...controlMethods}));
    });

    it('[INS-02] has no method that is declared outside the tables', () => {
        const source = path.join(__dirname, '../src');
        const declaring = readdirSync(source, {recursive: true, encoding: 'utf8'})
            .filter((file) => file.endsWith('.ts') && !/\.(?:test|contract)\.ts$/.test(file))
            .filter((file) =>
                /import [^;]*\b(?:rpcMethod|pluginMethod)\b[^;]* from/.test(
                    readFileSync(path.join(source, file), 'utf8'),
                ),
            );
        expect(declaring.sort()).toEqual([
            'host/plugin/serve-http.ts',
            'mattermost/plugin-api/wire/api-methods.ts',
            'mattermost/plugin-api/wire/hook-methods.ts',
            'mattermost/plugin-api/wire/plugin-method.ts',
            'rpc/go-plugin/methods.ts',
        ]);
    });
});
