import React from 'react';
import type {Post} from '../api/schemas.ts';
import {PluginBoundary} from '../plugins/boundary.tsx';
import {useChat} from '../state/selectors.ts';
import type {PostTypeComponent, State} from '../state/shape.ts';
import {Markdown} from './markdown.tsx';
import {useTheme} from './services.ts';

/** What a post says: drawn by the plugin that has its type, as Markdown otherwise. */
export function PostBody({post, isInThread}: {post: Post; isInThread: boolean}) {
    const custom = useChat((state) => postTypeOf(state, post));
    const theme = useTheme();
    if (custom !== undefined) {
        const {component: Component, pluginId} = custom;
        return (
            <PluginBoundary pluginId={pluginId} what="this message">
                <div className="pg-post__body">
                    <Component
                        post={post}
                        isRHS={isInThread}
                        compactDisplay={false}
                        theme={theme}
                    />
                </div>
            </PluginBoundary>
        );
    }
    return (
        <div className="pg-post__body">
            {post.message !== '' && <Markdown text={post.message} />}
            {post.edit_at > 0 && <span className="pg-post__edited">(edited)</span>}
        </div>
    );
}

/**
 * Whether the plugin draws all of the post, cards included: so it is in the host for those that it
 * chose by `type`, while those chosen by `props.type` keep their cards below.
 */
export function drawsCards(state: State, post: Post): boolean {
    return typeof post.props['type'] !== 'string' && postTypeOf(state, post) !== undefined;
}

/** `props.type` comes before `type`, as in the host. */
function postTypeOf(state: State, post: Post): PostTypeComponent | undefined {
    const {postTypes} = state.plugins;
    const named = post.props['type'];
    const type = typeof named === 'string' ? named : post.type;
    return Object.hasOwn(postTypes, type) ? postTypes[type] : undefined;
}
