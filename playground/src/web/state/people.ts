import type {Action} from './actions.ts';
import {withAll} from './maps.ts';
import type {GeneralState, TeamsState, TypingState, UsersState} from './shape.ts';

const noUsers: UsersState = {currentUserId: '', profiles: {}, statuses: {}};

/** `entities.users` */
export function users(state: UsersState = noUsers, action: Action): UsersState {
    switch (action.type) {
        case 'SESSION_STARTED':
            return {
                ...state,
                currentUserId: action.user.id,
                profiles: {...state.profiles, [action.user.id]: action.user},
            };
        case 'SESSION_ENDED':
            return noUsers;
        case 'USERS_RECEIVED':
            return {...state, profiles: withAll(state.profiles, action.users, (user) => user.id)};
        case 'STATUSES_RECEIVED':
            return {
                ...state,
                statuses: {
                    ...state.statuses,
                    ...Object.fromEntries(
                        action.statuses.map(({user_id, status}) => [user_id, status]),
                    ),
                },
            };
        default:
            return state;
    }
}

const noTeams: TeamsState = {currentTeamId: '', teams: {}};

/** `entities.teams` */
export function teams(state: TeamsState = noTeams, action: Action): TeamsState {
    switch (action.type) {
        case 'SESSION_ENDED':
            return noTeams;
        case 'TEAMS_RECEIVED':
            return {...state, teams: withAll({}, action.teams, (team) => team.id)};
        case 'TEAM_SELECTED':
            return {...state, currentTeamId: action.teamId};
        default:
            return state;
    }
}

const nothingKnown: GeneralState = {config: {}, license: {}};

/** `entities.general` */
export function general(state: GeneralState = nothingKnown, action: Action): GeneralState {
    return action.type === 'CONFIG_RECEIVED' ? {...state, config: action.config} : state;
}

/** `entities.typing` */
export function typing(state: TypingState = {}, action: Action): TypingState {
    switch (action.type) {
        case 'SESSION_ENDED':
            return {};
        case 'TYPING_STARTED':
            return {
                ...state,
                [action.place]: {...state[action.place], [action.userId]: action.until},
            };
        case 'TYPING_STOPPED':
            return Object.hasOwn(state[action.place] ?? {}, action.userId)
                ? keepTyping(
                      state,
                      (place, userId) => place !== action.place || userId !== action.userId,
                  )
                : state;
        case 'TYPING_SWEPT':
            return keepTyping(state, (_place, _userId, until) => until > action.now);
        default:
            return state;
    }
}

function keepTyping(
    state: TypingState,
    stays: (place: string, userId: string, until: number) => boolean,
): TypingState {
    const kept: Record<string, Record<string, number>> = {};
    for (const [place, typists] of Object.entries(state)) {
        const left = Object.entries(typists).filter(([id, until]) => stays(place, id, until));
        if (left.length > 0) {
            kept[place] = Object.fromEntries(left);
        }
    }
    return kept;
}
