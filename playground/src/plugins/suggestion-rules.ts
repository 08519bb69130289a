import {
    type autocompleteData,
    dynamicArgument,
    listArgument,
    textArgument,
} from '../../../sidecar/src/mattermost/plugin-api/wire/commands.ts';
import type {OutputOf} from '../../../sidecar/src/rpc/gob/schema.ts';
import {GoTextError} from './api-answers.ts';

type Suggestions = OutputOf<typeof autocompleteData>;
type Argument = Suggestions['Arguments'][number];

const roles = ['system_admin', 'system_user', ''];

/** Refuses a tree of suggestions that the server would not register. @throws GoTextError */
export function refuseBadSuggestions(tree: Suggestions): void {
    const reason = treeFault(tree);
    if (reason !== undefined) {
        throw new GoTextError(`invalid autocomplete data in command: ${reason}`);
    }
}

function treeFault(tree: Suggestions): string | undefined {
    if (tree.Trigger === '') {
        return 'An empty command name in the autocomplete data';
    }
    if (tree.Trigger !== tree.Trigger.toLowerCase()) {
        return 'Command should be lowercase';
    }
    if (!roles.includes(tree.RoleID)) {
        return 'Wrong role in the autocomplete data';
    }
    if (tree.Arguments.length > 0 && tree.SubCommands.length > 0) {
        return "Command can't have arguments and subcommands";
    }
    return (
        orderFault(tree.Arguments) ??
        firstOf(tree.Arguments, argumentFault) ??
        firstOf(tree.SubCommands, treeFault)
    );
}

function firstOf<T>(
    list: readonly T[],
    fault: (item: T) => string | undefined,
): string | undefined {
    for (const item of list) {
        const found = fault(item);
        if (found !== undefined) {
            return found;
        }
    }
    return undefined;
}

function orderFault(list: readonly Argument[]): string | undefined {
    const named = list.findIndex(({Name}) => Name !== '');
    return named !== -1 && list.slice(named).some(({Name}) => Name === '')
        ? 'Named argument should not be before positional argument'
        : undefined;
}

function argumentFault({Type, Name, Required, Data}: Argument): string | undefined {
    switch (Type) {
        case 'DynamicList':
            return dynamicArgument.read(Data) === undefined
                ? 'Not a proper DynamicList type argument'
                : undefined;
        case 'StaticList': {
            const list = listArgument.read(Data);
            if (list === undefined) {
                return 'Not a proper StaticList type argument';
            }
            return list.PossibleArguments.some(({Item}) => Item === '')
                ? 'Possible argument name not set in StaticList argument'
                : undefined;
        }
        case 'TextInput':
            if (textArgument.read(Data) === undefined) {
                return 'Not a proper TextInput type argument';
            }
            return Name === '' && !Required ? 'Positional argument can not be optional' : undefined;
        default:
            return undefined;
    }
}
