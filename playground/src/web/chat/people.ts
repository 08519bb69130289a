import type {Api} from '../api/client.ts';
import type {Post, User} from '../api/schemas.ts';
import {warn} from '../log.ts';
import type {ChatStore} from '../state/store.ts';

/** Gets to know users and what they are doing. */
export interface People {
    /** Asks for those that are not known yet; failures are only logged. */
    meet(ids: readonly string[]): Promise<void>;
    /** {@link People.meet} for everyone that posts tell of. */
    meetAuthors(posts: readonly Post[]): Promise<void>;
    /** Takes users that came with another answer, and asks how they are. */
    welcome(users: readonly User[]): Promise<void>;
    /** Asks anew how everybody known is; the server tells only the users themselves. */
    refreshStatuses(): Promise<void>;
    /** Somebody did something: asks how they are, if they seemed to be away. */
    notice(userId: string): Promise<void>;
    /** Users whose name begins with the term; those known here at once, others from the server. */
    search(term: string): Promise<readonly User[]>;
}

export function createPeople(deps: {api: Api; store: ChatStore}): People {
    const {api, store} = deps;
    const asked = new Set<string>();

    const ask = async (ids: readonly string[]): Promise<void> => {
        try {
            await people.welcome(await api.usersByIds(ids));
        } catch (cause) {
            // The posts are readable without their authors' names; the next post asks again.
            warn('users could not be loaded', {users: ids.length}, cause);
        } finally {
            ids.forEach((id) => asked.delete(id));
        }
    };
    const people: People = {
        async meet(ids) {
            const known = store.getState().entities.users.profiles;
            const missing = [...new Set(ids)].filter(
                (id) => id !== '' && !Object.hasOwn(known, id) && !asked.has(id),
            );
            missing.forEach((id) => asked.add(id));
            if (missing.length > 0) {
                await ask(missing);
            }
        },
        meetAuthors: (posts) =>
            people.meet(
                posts.flatMap((post) => [
                    post.user_id,
                    ...post.participants.map(({id}) => id),
                    ...post.metadata.reactions.map((reaction) => reaction.user_id),
                ]),
            ),
        async welcome(users) {
            store.dispatch({type: 'USERS_RECEIVED', users});
            await statuses(users.map(({id}) => id));
        },
        async notice(userId) {
            const {statuses: known, profiles} = store.getState().entities.users;
            if (Object.hasOwn(profiles, userId) && known[userId] !== 'online') {
                await statuses([userId]);
            }
        },
        refreshStatuses: () => statuses(Object.keys(store.getState().entities.users.profiles)),
        async search(term) {
            const found = await api.searchUsers(
                term,
                store.getState().entities.teams.currentTeamId,
            );
            store.dispatch({type: 'USERS_RECEIVED', users: found});
            return found;
        },
    };
    const statuses = async (ids: readonly string[]): Promise<void> => {
        if (ids.length === 0) {
            return;
        }
        try {
            store.dispatch({type: 'STATUSES_RECEIVED', statuses: await api.statuses(ids)});
        } catch (cause) {
            // Without them everybody looks away, which is no reason to stop.
            warn('statuses could not be loaded', {users: ids.length}, cause);
        }
    };
    return people;
}
