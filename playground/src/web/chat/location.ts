/** Which conversation an address names. */
export type Place =
    | {readonly kind: 'channel'; readonly team: string; readonly name: string}
    | {readonly kind: 'person'; readonly team: string; readonly username: string}
    | {readonly kind: 'home'};

/** Reads a path of the host's form: `/<team>/channels/<name>` or `/<team>/messages/@<name>`. */
export function readPath(path: string): Place {
    const [team = '', part = '', name = ''] = path.split('/').slice(1).map(decode);
    if (part === 'channels' && name !== '') {
        return {kind: 'channel', team, name};
    }
    if (part === 'messages' && name.startsWith('@')) {
        return {kind: 'person', team, username: name.slice(1)};
    }
    return part === 'messages' && name !== '' ? {kind: 'channel', team, name} : {kind: 'home'};
}

/** The path of a place; the opposite of {@link readPath}. */
export function pathOf(place: Place): string {
    switch (place.kind) {
        case 'channel':
            return `/${encodeURIComponent(place.team)}/channels/${encodeURIComponent(place.name)}`;
        case 'person':
            return `/${encodeURIComponent(place.team)}/messages/@${encodeURIComponent(place.username)}`;
        case 'home':
            return '/';
    }
}

/** Shows a place in the address bar; a new entry of the history only where it differs. */
export function showPath(place: Place): void {
    const path = pathOf(place);
    // The console has an address of its own, and no conversation.
    if (window.location.pathname.startsWith('/admin_console/')) {
        return;
    }
    if (path !== window.location.pathname) {
        window.history.pushState(null, '', path);
    }
}

function decode(part: string): string {
    try {
        return decodeURIComponent(part);
    } catch {
        // A half escape in a typed address; the part as it stands is as good a guess as any.
        return part;
    }
}
