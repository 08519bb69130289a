/** The version that a playground imitates unless it is told otherwise. */
export const defaultVersion = '11.6.0';

/** Which server a playground is, and what differs by that. */
export interface ServerVersion {
    /** For instance `11.6.0`. */
    readonly version: string;
    /** Code points that a message may have. */
    readonly maxPostSize: number;
    /** 11.10: bots and plugins may post without notifying anybody. */
    readonly silentPosts: boolean;
    /** 11.10: Mattermost Blocks, and `_` and `-` in the ids of actions. */
    readonly blocks: boolean;
    /** 12.0: names and pictures of other people are taken from posts of bots and plugins. */
    readonly stripsOverrides: boolean;
    /** 12.0: React 19 in the web client, which gives plugins 30 s to start. */
    readonly react19: boolean;
}

/** What a server of this version does. @throws RangeError for anything but `major.minor` with or without a patch */
export function createServerVersion(text: string = defaultVersion): ServerVersion {
    const [, major = '', minor = '', patch = '0'] = /^(\d+)\.(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
    if (major === '') {
        throw new RangeError(`a server's version is like 11.6 or 12.1.0, not "${text}"`);
    }
    const isFrom = (fromMajor: number, fromMinor: number): boolean =>
        (Number(major) - fromMajor || Number(minor) - fromMinor) >= 0;
    return {
        version: `${major}.${minor}.${patch}`,
        maxPostSize: isFrom(12, 0) ? 262_144 : 16_383,
        silentPosts: isFrom(11, 10),
        blocks: isFrom(11, 10),
        stripsOverrides: isFrom(12, 0),
        react19: isFrom(12, 0),
    };
}
