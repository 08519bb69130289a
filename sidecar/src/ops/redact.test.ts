import fc from 'fast-check';
import {redact} from './redact.ts';

it.each([
    ['Incorrect API key provided: sk-proj-abc123DEF456.', /abc123/],
    ['Incorrect API key provided: sk-ab***************wxyz', /wxyz/],
    ['{"headers":{"Authorization":"Bearer abcdef123456"}}', /abcdef/],
    ['Authorization: Basic dXNlcjpwYXNz', /dXNl/],
    ['authorization=opaque-value-1', /opaque/],
    ['x-api-key: 0123456789', /0123/],
    ['{"api_key": "0123456789", "model": "m"}', /0123/],
    ['fetch https://me:hunter2@example.org/v1 failed', /hunter2/],
    ['fetch https://ghost-token@example.org/v1 failed', /ghost/],
    ['GET https://example.org/v1?model=m&api_key=hush123&x=1', /hush/],
    ['token eyJhbGciOiJI.eyJzdWIiOiIx.SflKxwRJ', /eyJ/],
    ['google AIzaSyA1234567890abc', /AIza/],
    ['Set-Cookie: session=abc; Path=/', /session=abc/],
    ['client_secret = "shh"', /shh/],
    ['{"_token":"hush-1"}', /hush/],
    ['refused token abcdefgh12', /abcdefgh/],
    ['dialled //me:hunter2@example.org', /hunter2/],
])('[ROUTE-06] masks what looks like a secret in %j', (text, secret) => {
    expect(redact(text)).not.toMatch(secret);
    expect(redact(text)).toContain('[redacted]');
});

it.each([
    'The model `llama-3.3` does not exist.',
    'max_tokens: 4096 is above the limit of tokens',
    'This token exceeds the context.',
    'Rate limit reached for requests. Limit: 3 / min.',
    'connect ECONNREFUSED 127.0.0.1:11434',
    'see https://example.org/docs/errors#key',
])('[ROUTE-06] leaves %j readable', (text) => {
    expect(redact(text)).toBe(text);
});

it('[ROUTE-06] masks a known secret wherever and however it stands', () => {
    fc.assert(
        fc.property(
            fc.string({minLength: 6, maxLength: 40}),
            fc.string({maxLength: 20}),
            fc.string({maxLength: 20}),
            (secret, before, after) => {
                for (const form of [secret, encodeURIComponent(secret)]) {
                    expect(redact(before + form + after, [secret])).not.toContain(form);
                }
                const basic = Buffer.from(secret).toString('base64');
                expect(redact(`${before} ${basic} ${after}`, [secret])).not.toContain(basic);
            },
        ),
    );
});

it('[ROUTE-06] masks the longer of two secrets whole', () => {
    expect(redact('the key is abcdef-ghi', ['abcdef', 'abcdef-ghi'])).toBe('the key is [redacted]');
});

it.each(['x', 'bearer ', '//a', 'token="', 'cookie: ', 'sk-', 'eyJ.'])(
    '[ROUTE-06] reads millions of characters of %j, and lets no half of a secret through at the cut',
    (unit) => {
        for (const length of [262_143, 262_140, 5_000_000]) {
            const filler = unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
            const shown = redact(`${filler} s3cretvalue and more`, ['s3cretvalue']);
            expect(shown).not.toContain('s3cr');
        }
    },
);
