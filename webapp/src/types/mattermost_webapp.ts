import type {ComponentType, ReactNode} from 'react';

/** A post as the web client's store holds it; only what we read. */
export interface Post {
    readonly id: string;
    readonly channel_id: string;
    readonly user_id: string;
    readonly message: string;
    readonly props?: Readonly<Record<string, unknown>>;
}

/** What the web client gives a component of a post type (webapp/channels, post_message_view.tsx). */
export interface PostTypeProps {
    readonly post: Post;
    readonly compactDisplay?: boolean;
    readonly isRHS?: boolean;
}

/** An event of the server's WebSocket. */
export interface WebSocketMessage {
    readonly event: string;
    readonly data: unknown;
    /** Whom it was sent to. */
    readonly broadcast?: unknown;
}

/** What Save calls; an `error` leaves the button lit. */
export type SaveAction = () => Promise<{readonly error?: {readonly message: string}}>;

/** What the System Console gives a setting that a plugin draws (admin_console/schema_admin_settings.tsx). */
export interface CustomSettingProps {
    readonly id: string;
    /** The admin may look and not change. */
    readonly disabled?: boolean;
    /** Lights the page's Save button, and guards against leaving. */
    readonly setSaveNeeded: () => void;
    /** What Save does beside saving the configuration; the host shows no error of it. */
    readonly registerSaveAction: (save: SaveAction) => void;
    readonly unRegisterSaveAction: (save: SaveAction) => void;
}

/**
 * The registrations of webapp/channels/src/plugins/registry.ts that we use: each is in 11.1 already. A newer one is to be
 * optional here, so that nobody calls it without a look.
 */
export interface PluginRegistry {
    registerPostTypeComponent(type: string, component: ComponentType<PostTypeProps>): string;
    registerReducer(reducer: unknown): void;
    registerWebSocketEventHandler(
        event: string,
        handler: (message: WebSocketMessage) => void,
    ): void;
    registerReconnectHandler(handler: () => void): void;
    registerAdminConsoleCustomSetting(
        key: string,
        component: ComponentType<CustomSettingProps>,
        options?: {readonly showTitle: boolean},
    ): void;
    registerTranslations(get: (locale: string) => Readonly<Record<string, string>>): void;
}

/** The part of the client's store that a plugin is given. */
export interface PluginStore {
    dispatch(action: {readonly type: string}): unknown;
    getState(): unknown;
    subscribe(listener: () => void): () => void;
}

/** What the client calls when it loads and unloads a plugin. */
export interface Plugin {
    initialize(registry: PluginRegistry, store: PluginStore): void;
    uninitialize?(): void;
}

interface PostUtils {
    formatText(text: string, options?: Readonly<Record<string, unknown>>): string;
    messageHtmlToComponent(html: string, options?: Readonly<Record<string, unknown>>): ReactNode;
}

declare global {
    interface Window {
        registerPlugin(id: string, plugin: Plugin): void;
        PostUtils?: PostUtils;
        /** The path of a server that is not at the root of its host. */
        basename?: string;
    }
}
