import * as fc from 'fast-check';

import {formatHandshake, hasCookie, hostEnvironment, parseHandshake} from './handshake.ts';

describe('the handshake line', () => {
    it('is the one that Go reads', () => {
        expect(formatHandshake({appProtocol: 1, network: 'unix', address: '/tmp/s'})).toBe(
            '1|1|unix|/tmp/s|netrpc',
        );
    });

    it('reads back what was written', () => {
        const address = fc.stringMatching(/^[a-z0-9/.:-]{1,50}$/);
        fc.assert(
            fc.property(fc.nat(), fc.constantFrom('unix', 'tcp'), address, (app, network, at) => {
                const handshake = {appProtocol: app, network, address: at} as const;
                expect(parseHandshake(`${formatHandshake(handshake)}\r`)).toEqual({
                    kind: 'handshake',
                    handshake,
                });
            }),
        );
    });

    it('may leave the protocol out, which means netrpc, and may name a certificate', () => {
        expect(parseHandshake('1|3|tcp|127.0.0.1:99').kind).toBe('handshake');
        expect(parseHandshake('1|3|tcp|127.0.0.1:99|netrpc|').kind).toBe('handshake');
    });

    it.each([
        ['', 'not a handshake line'],
        ['Hello, world', 'not a handshake line'],
        ['1|1|unix|', 'not a handshake line'],
        ['2|1|unix|/s|netrpc', 'core protocol 2'],
        ['1|x|unix|/s|netrpc', 'no application protocol'],
        ['1|1|unix|/s|grpc', 'protocol grpc'],
        ['1|1|pipe|/s|netrpc', 'unknown network'],
    ])('%j is unusable', (line, reason) => {
        expect(parseHandshake(line)).toEqual({kind: 'unusable', reason});
    });

    it('is only given to a host that knows the cookie', () => {
        const cookie = {key: 'K', value: 'v'};
        expect(hasCookie({K: 'v'}, cookie)).toBe(true);
        expect(hasCookie({K: 'w'}, cookie)).toBe(false);
        expect(hasCookie(hostEnvironment(1), cookie)).toBe(false);
    });
});
