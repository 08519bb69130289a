import {randomUUID} from 'node:crypto';
import type {BotIdentity, Platform} from './platform.ts';

/** Somebody who uses the same server by other means than the platform under test. */
export interface Person {
    readonly userId: string;
    readonly username: string;
    /** Gives the post's id. */
    post(
        channelId: string,
        message: string,
        options?: {rootId?: string; fileIds?: readonly string[]},
    ): Promise<string>;
    edit(postId: string, message: string): Promise<void>;
    delete(postId: string): Promise<void>;
    pin(postId: string): Promise<void>;
    react(postId: string, emojiName: string): Promise<void>;
    unreact(postId: string, emojiName: string): Promise<void>;
    /** Opens a DM and gives the channel's id. */
    direct(userId: string): Promise<string>;
    /** Opens a group message with two or more others and gives the channel's id. */
    group(userIds: readonly string[]): Promise<string>;
    upload(channelId: string, name: string, content: Blob): Promise<string>;
    rename(nickname: string): Promise<void>;
    /** Sets the profile's `timezone`. */
    live(timezone: Readonly<Record<string, string>>): Promise<void>;
    /** What this person sees of a post. */
    seen(postId: string): Promise<SeenPost | undefined>;
}

/** A post as a person's client gets it. */
export interface SeenPost {
    readonly message: string;
    readonly props: Readonly<Record<string, unknown>>;
    readonly fileIds: readonly string[];
    readonly pinned: boolean;
    /** Emoji names, sorted. */
    readonly reactions: readonly string[];
}

/** How the platform under test is made; what is absent is as the settings' default. */
export interface PlatformOptions {
    readonly maxAgeMinutes?: number;
}

/** A server with a team, a bot and people, for one test. */
export interface PlatformWorld {
    readonly teamId: string;
    readonly bot: BotIdentity;
    /** Of the same bot and with the same memory of what was handled: a restarted process. */
    platform(options?: PlatformOptions): Platform;
    /** A platform of another bot, with a memory of its own. */
    otherPlatform(): Promise<Platform>;
    /** A new user in the team. */
    person(): Promise<Person>;
    admin(): Promise<Person>;
    /** A new channel of the team with these members. */
    channel(memberIds: readonly string[], type?: 'O' | 'P'): Promise<string>;
    renameChannel(channelId: string, displayName: string): Promise<void>;
    archive(channelId: string): Promise<void>;
    giveRoles(userId: string, roles: string): Promise<void>;
    join(channelId: string, userId: string): Promise<void>;
    leave(channelId: string, userId: string): Promise<void>;
    /** A new team that the bot is made a member of. */
    joinOtherTeam(): Promise<string>;
    /** What this way to the server does not tell, and the platform makes up for as well as it can. */
    readonly untold?: readonly ('mentions' | 'user-changes')[];
    /** Cuts the platform off its server, and lets it through again; absent where there is no line. */
    /** The server's own settings, as its clients get them. */
    clientConfig(): Promise<Readonly<Record<string, string>>>;
    /** Changes settings of the server; the suite puts back what it changes. */
    configure(patch: Readonly<Record<string, Readonly<Record<string, unknown>>>>): Promise<void>;
    readonly line: {cut(): void; mend(): void} | undefined;
    close(): Promise<void>;
}

/** A fresh key for `createPost`. */
export const newKey = (): string => randomUUID();

/** Connects a platform with a time limit of 20 s. */
export async function connected(platform: Platform): Promise<Platform> {
    await platform.connect(AbortSignal.timeout(60_000));
    return platform;
}
