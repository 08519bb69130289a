import {abilitiesOf, LEAST_ABILITIES, longestMessage} from './abilities.ts';

describe('what a server allows', () => {
    it.each([
        ['', 16_383, false],
        ['nonsense', 16_383, false],
        ['11.1.0', 16_383, false],
        ['11.9.4', 16_383, false],
        ['11.10.0', 16_383, true],
        ['11.10', 16_383, true],
        ['12.0.0', 262_144, true],
        ['12.1.0-rc1', 262_144, true],
        ['100.0.0', 262_144, true],
    ])(
        '[INS-14] follows from the version %j where nothing else is said',
        (version, longest, new11) => {
            expect(abilitiesOf({version})).toMatchObject({
                version,
                longestPost: longest,
                silentPosts: new11,
                blocks: new11,
                channelSettingsTabs: new11,
            });
        },
    );

    it('[INS-14] is what the server says rather than what its version would be', () => {
        const said = abilitiesOf({
            version: '12.0.0',
            longestPost: 65_535,
            fileAttachments: true,
            maxFileSize: 1_000,
            postEditTimeLimit: 300,
            commands: false,
            latex: true,
            inlineLatex: false,
            blocksFlag: false,
            licence: 'enterprise',
        });
        expect(said).toMatchObject({
            longestPost: 65_535,
            longestFile: 1_000,
            editLimitSeconds: 300,
            integrations: {commands: false, incomingWebhooks: true},
            latex: {blocks: true, inline: false},
            silentPosts: true,
            blocks: false,
            licence: 'enterprise',
        });
    });

    it.each([
        [true, true, {blocks: true, inline: true}],
        [true, undefined, {blocks: true, inline: true}],
        [true, false, {blocks: true, inline: false}],
        [false, true, {blocks: false, inline: false}],
        [undefined, true, {blocks: false, inline: false}],
    ])(
        '[DEL-21] draws formulas with EnableLatex %s and EnableInlineLatex %s',
        (latex, inline, drawn) => {
            const said = abilitiesOf({version: '11.6.0', latex, inlineLatex: inline});
            expect(said.latex).toEqual(drawn);
        },
    );

    it('[INS-14] takes no files where they are off, and edits for ever below 0', () => {
        const off = abilitiesOf({version: '11.6.0', fileAttachments: false, maxFileSize: 1_000});
        expect(off.longestFile).toBe(0);
        expect(abilitiesOf({version: '', postEditTimeLimit: -1}).editLimitSeconds).toBeUndefined();
        expect(abilitiesOf({version: '', postEditTimeLimit: 0}).editLimitSeconds).toBe(0);
    });

    it('[INS-14] keeps messages within what a request may have, in any script', () => {
        const longest = longestMessage(abilitiesOf({version: '12.0.0', largestRequest: 300_000}));
        expect(longest).toBe(65_000);
        const request = JSON.stringify({message: '😀'.repeat(longest)});
        expect(Buffer.byteLength(request)).toBeLessThan(300_000);
        expect(longestMessage(abilitiesOf({version: '12.0.0'}))).toBe(262_144);
        expect(longestMessage({...LEAST_ABILITIES, largestRequest: 300_000})).toBe(16_383);
    });
});
