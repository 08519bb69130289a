import React from 'react';
import type {Channel, User} from '../api/schemas.ts';
import {
    channelOf,
    channelTitle,
    isPublicBot,
    myId,
    teammateId,
    useChat,
    userOf,
} from '../state/selectors.ts';
import type {State} from '../state/shape.ts';
import {Avatar} from './avatar.tsx';
import {Icon} from './icon.tsx';
import {useServices} from './services.ts';

/** The beginning of a channel: what it is, and what to say to the bot that is in it. */
export function ChannelIntro({channelId}: {channelId: string}) {
    const channel = useChat((state) => channelOf(state, channelId));
    const title = useChat((state) => (channel === undefined ? '' : channelTitle(state, channel)));
    const partner = useChat((state) =>
        channel?.type === 'D' ? userOf(state, teammateId(channel, myId(state))) : undefined,
    );
    const bot = useChat(firstBot);
    if (channel === undefined) {
        return null;
    }
    const mentioned = partner === undefined ? bot : undefined;
    return (
        <section className="pg-intro">
            {partner === undefined ? (
                <span className="pg-intro__sign">
                    <Icon name="anchor" />
                </span>
            ) : (
                <Avatar user={partner} size="large" withStatus />
            )}
            <h2>{partner === undefined ? `Welcome to #${title}` : title}</h2>
            <p>
                {partner === undefined
                    ? `This is where the channel begins. ${readers(channel)} can read along.`
                    : `This is where your talk with @${partner.username} begins.`}
            </p>
            {partner?.is_bot === true && <Tries channelId={channelId} prefix="" />}
            {mentioned !== undefined && (
                <Tries channelId={channelId} prefix={`@${mentioned.username} `} />
            )}
        </section>
    );
}

function readers({type}: Channel): string {
    return type === 'O' ? 'Everybody on the team' : 'Only its members';
}

const words = ['hello', 'stream', 'table', 'code', 'question'] as const;

/** Things to say that show what the demo agent can do; a press says them. */
function Tries({channelId, prefix}: {channelId: string; prefix: string}) {
    const {writing} = useServices();
    return (
        <div className="pg-intro__tries">
            <span className="pg-quiet">Try one:</span>
            {words.map((word) => (
                <button
                    key={word}
                    type="button"
                    className="pg-chip"
                    onClick={() =>
                        void writing.send({
                            channelId,
                            rootId: '',
                            message: prefix + word,
                            files: [],
                        })
                    }
                >
                    {prefix}
                    <b>{word}</b>
                </button>
            ))}
        </div>
    );
}

/** The bot to talk to: the one that is called gangway, or the first there is. */
function firstBot(state: State): User | undefined {
    const bots = Object.values(state.entities.users.profiles).filter(isPublicBot);
    return bots.find(({username}) => username === 'gangway') ?? bots[0];
}
