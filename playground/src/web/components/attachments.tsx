import React, {useMemo} from 'react';
import {readAttachments} from '../api/attachment_schema.ts';
import type {Attachment} from '../api/attachment_schema.ts';
import type {Post} from '../api/schemas.ts';
import {AttachmentActions} from './attachment_actions.tsx';
import {Markdown, MarkdownLine} from './markdown.tsx';

/** The cards under a message that integrations make, where the server says that they are to be shown. */
export function PostAttachments({post}: {post: Post}) {
    const attachments = useMemo(() => readAttachments(post.props), [post.props]);
    if (!post.metadata.embeds.some(({type}) => type === 'message_attachment')) return null;
    return (
        <>
            {attachments.map((attachment, index) => (
                <Card key={index} post={post} attachment={attachment} />
            ))}
        </>
    );
}

function Card({post, attachment}: {post: Post; attachment: Attachment}) {
    const {pretext, title, text, fields, image_url, thumb_url, footer} = attachment;
    return (
        <div className="pg-attachment-wrap">
            {pretext !== '' && <Markdown text={pretext} />}
            <div
                className={`pg-attachment ${isBare(attachment) ? 'pg-attachment--bare' : ''}`}
                style={{borderLeftColor: edge(attachment)}}
            >
                <div className="pg-attachment__columns">
                    <div className="pg-attachment__main">
                        <Author attachment={attachment} />
                        {title !== '' && (
                            <h3 className="pg-attachment__title">
                                <MaybeLink href={attachment.title_link}>
                                    <MarkdownLine text={title} />
                                </MaybeLink>
                            </h3>
                        )}
                        {text !== '' && <Markdown text={text} />}
                        {fields.length > 0 && (
                            <dl className="pg-attachment__fields">
                                {fields.map((field, index) => (
                                    <div
                                        key={index}
                                        className={field.short ? '' : 'pg-attachment__wide'}
                                    >
                                        <dt>{field.title}</dt>
                                        <dd>
                                            <Markdown text={field.value} />
                                        </dd>
                                    </div>
                                ))}
                            </dl>
                        )}
                        {isAddress(image_url) && (
                            <img className="pg-attachment__image" src={image_url} alt="" />
                        )}
                    </div>
                    {isAddress(thumb_url) && (
                        <img className="pg-attachment__thumb" src={thumb_url} alt="" />
                    )}
                </div>
                {footer !== '' && <p className="pg-attachment__footer">{footer}</p>}
                <AttachmentActions postId={post.id} actions={attachment.actions} />
            </div>
        </div>
    );
}

/** Whether there is nothing but buttons, which need no frame. */
function isBare(card: Attachment): boolean {
    const words = [card.author_name, card.title, card.text, card.image_url, card.thumb_url];
    return card.fields.length === 0 && card.footer === '' && words.every((one) => one === '');
}

function Author({attachment}: {attachment: Attachment}) {
    const {author_name, author_icon, author_link} = attachment;
    return author_name === '' ? null : (
        <p className="pg-attachment__author">
            {isAddress(author_icon) && <img src={author_icon} alt="" />}
            <MaybeLink href={author_link}>{author_name}</MaybeLink>
        </p>
    );
}

function MaybeLink({href, children}: {href: string; children: React.ReactNode}) {
    return /^https?:\/\//i.test(href) ? (
        <a href={href} target="_blank" rel="noopener noreferrer nofollow">
            {children}
        </a>
    ) : (
        <>{children}</>
    );
}

function isAddress(url: string): boolean {
    return /^(?:https?:\/\/|\/|data:image\/(?:png|jpeg|gif|webp);)/i.test(url);
}

/** The colours that have names; others are taken if they are one. */
function edge({color}: Attachment): string | undefined {
    switch (color) {
        case 'good':
            return 'var(--online-indicator)';
        case 'warning':
            return 'var(--away-indicator)';
        case 'danger':
            return 'var(--error-text)';
        default:
            return /^#[\da-f]{3,8}$/i.test(color) ? color : undefined;
    }
}
