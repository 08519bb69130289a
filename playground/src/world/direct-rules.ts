import type {Channels} from './channels.ts';
import type {Core} from './core.ts';
import type {ChannelRow} from './records.ts';
import type {Teams} from './teams.ts';
import type {Users} from './users.ts';

/** Says where direct messages are not allowed. */
export interface DirectRules {
    /** With `RestrictDirectMessage` = `team`: whether the people of a DM or GM share no team. */
    isRestricted(channel: ChannelRow): boolean;
}

/** Direct messages by the settings and the teams. */
export function createDirectRules(deps: {
    core: Core;
    users: Users;
    teams: Teams;
    channels: Channels;
}): DirectRules {
    return {
        isRestricted(channel) {
            const only = deps.core.config.TeamSettings.RestrictDirectMessage === 'team';
            if (!only || channel.team_id !== '') {
                return false;
            }
            const members = [...deps.channels.members(channel.id).keys()].filter(
                (userId) => deps.users.get(userId)?.delete_at === 0,
            );
            return ![...deps.teams.all.keys()].some((teamId) =>
                members.every((userId) => deps.teams.member(teamId, userId) !== undefined),
            );
        },
    };
}
