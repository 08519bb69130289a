import {PlatformError} from '../errors.ts';
import type {FileInfo} from '../platform.ts';
import type {Files} from '../platform-parts.ts';
import {notMember} from './create-post.ts';
import type {Directory} from './directory.ts';
import type {Membership} from './membership.ts';
import type {PluginFileInfo} from './models.ts';
import type {PluginApi} from './plugin-api.ts';
import type {Tuning} from './tuning.ts';

/** What Files need. */
export interface FilesDeps {
    readonly api: PluginApi;
    readonly botId: string;
    readonly directory: Directory;
    readonly membership: Membership;
    readonly tuning: Pick<Tuning, 'fileBytes'>;
}

/** Who a plugin's uploads belong to. */
const NOBODY = 'nouser';

/** Makes the files of one account; each is in memory as a whole while it moves. */
export function createFiles({api, botId, directory, membership, tuning}: FilesDeps): Files {
    /** The plugin API gives any file to anybody who has its id. */
    const visible = async (
        fileId: string,
        signal: AbortSignal | undefined,
    ): Promise<PluginFileInfo | undefined> => {
        const info = await api.getFileInfo(fileId, signal);
        if (info === undefined) return undefined;
        if (info.postId === '') {
            return info.creatorId === NOBODY || info.creatorId === botId ? info : undefined;
        }
        const channelId = info.channelId || (await api.getPost(info.postId, signal))?.channelId;
        if (channelId === undefined) return undefined;
        return (await directory.mayRead(channelId, signal)) ? info : undefined;
    };

    return {
        fileInfo: async (fileId, signal) => {
            const info = await visible(fileId, signal);
            return info === undefined ? undefined : shown(info);
        },
        openFile: async (fileId, signal) => {
            const info = await visible(fileId, signal);
            if (info === undefined) throw noFile();
            if (info.size > tuning.fileBytes) throw tooLarge();
            const content = await api.getFile(fileId, signal);
            return new Blob([Uint8Array.from(content)]).stream();
        },
        uploadFile: async (channelId, name, content, signal) => {
            if (content.size > tuning.fileBytes) throw tooLarge();
            if (!(await membership.ask(channelId))) throw notMember();
            const bytes = new Uint8Array(await content.arrayBuffer());
            return shown(await api.uploadFile(channelId, name, bytes, signal));
        },
    };
}

function shown({id, name, mimeType, size}: PluginFileInfo): FileInfo {
    return {id, name, mimeType, size};
}

function noFile(): PlatformError {
    return new PlatformError('not-found', 'there is no such file', {status: 404});
}

function tooLarge(): PlatformError {
    return new PlatformError('too-large', 'the file is too large for the plugin connection', {
        status: 413,
    });
}
