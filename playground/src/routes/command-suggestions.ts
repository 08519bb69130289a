import {Router} from 'express';
import * as z from 'zod';
import {forbidden, invalidUrlParam} from '../api-error.ts';
import type {JsonMap} from '../world/records.ts';
import type {World} from '../world/world.ts';
import type {RouterFactory} from './routes.ts';

const itemSchema = z.object({Item: z.string(), Hint: z.string(), HelpText: z.string()});

const argumentSchema = z.object({
    HelpText: z.string().default(''),
    Type: z.string(),
    Data: z.unknown(),
});

const textSchema = z.object({Hint: z.string()});
const listSchema = z.object({PossibleArguments: z.array(itemSchema)});

/** A command or a subcommand as plugins register it. */
interface Node {
    readonly Trigger: string;
    readonly Hint: string;
    readonly HelpText: string;
    readonly RoleID: string;
    readonly Arguments: readonly z.infer<typeof argumentSchema>[];
    readonly SubCommands: readonly Node[];
}

const nodeSchema: z.ZodType<Node> = z.object({
    Trigger: z.string(),
    Hint: z.string().default(''),
    HelpText: z.string().default(''),
    RoleID: z.string().default(''),
    Arguments: z.array(argumentSchema).default([]),
    get SubCommands() {
        return z.array(nodeSchema).default([]);
    },
});

interface Suggestion {
    /** What the input becomes, without its slash. */
    readonly Complete: string;
    readonly Suggestion: string;
    readonly Hint: string;
    readonly Description: string;
    readonly IconData: string;
}

/** What a person who types a slash command may type next. */
export const suggestionRoutes: RouterFactory = ({world, route}) => {
    const router = Router();
    router.get(
        '/teams/:team_id/commands/autocomplete_suggestions',
        route((context) => {
            const teamId = context.id('team_id');
            if (!world.permissions.team(context.userId, teamId, 'view_team')) {
                throw forbidden();
            }
            const input = context.query('user_input');
            if (input === '') {
                throw invalidUrlParam('userInput');
            }
            const role = world.permissions.isAdmin(context.userId) ? 'system_admin' : 'system_user';
            const found = nodesOf(world, teamId).flatMap(({node, icon}) =>
                suggestionsFor([node], '', input.replace(/^\//, ''), role).map((suggestion) => ({
                    ...suggestion,
                    IconData: icon,
                })),
            );
            context.json(found.sort((a, b) => (a.Suggestion < b.Suggestion ? -1 : 1)));
        }),
    );
    return router;
};

/** The commands of plugins, then those of the team. */
function nodesOf(world: World, teamId: string): {node: Node; icon: string}[] {
    const ofPlugins = world.pluginCommands
        .ofTeam(teamId)
        .filter(({autoComplete}) => autoComplete)
        .map((command) => ({
            node: parsed(command.autocompleteData) ?? {
                ...plainNode,
                Trigger: command.trigger,
                Hint: command.autoCompleteHint,
                HelpText: command.autoCompleteDesc,
            },
            icon: command.autocompleteIconData,
        }));
    const taken = new Set(ofPlugins.map(({node}) => node.Trigger));
    const custom = world.commands
        .ofTeam(teamId)
        .filter((command) => command.auto_complete && !taken.has(command.trigger))
        .map((command) => ({
            node: {
                ...plainNode,
                Trigger: command.trigger,
                Hint: command.auto_complete_hint,
                HelpText: command.auto_complete_desc,
            },
            icon: '',
        }));
    return [...ofPlugins, ...custom];
}

const plainNode = {RoleID: 'system_user', Arguments: [], SubCommands: []};

function parsed(data: JsonMap | undefined): Node | undefined {
    const node = nodeSchema.safeParse(data);
    return node.success ? node.data : undefined;
}

/** `done` is what was understood of the input, `rest` what was not yet. */
function suggestionsFor(
    nodes: readonly Node[],
    done: string,
    rest: string,
    role: string,
): Omit<Suggestion, 'IconData'>[] {
    const allowed = nodes.filter(({RoleID}) => role === 'system_admin' || RoleID === role);
    const space = rest.indexOf(' ');
    if (space === -1) {
        return allowed
            .filter(({Trigger}) => Trigger.startsWith(rest.toLowerCase()))
            .map(({Trigger, Hint, HelpText}) => ({
                Complete: done + Trigger,
                Suggestion: Trigger,
                Hint,
                Description: HelpText,
            }));
    }
    const word = rest.slice(0, space).toLowerCase();
    const before = done + rest.slice(0, space + 1);
    const after = rest.slice(space + 1);
    return allowed
        .filter(({Trigger}) => Trigger === word)
        .flatMap((node) =>
            node.Arguments.length === 0
                ? suggestionsFor(node.SubCommands, before, after, role)
                : argumentSuggestions(node, before, after),
        );
}

/** Words before the last one are taken for the arguments before it, whatever they are. */
function argumentSuggestions(
    node: Node,
    done: string,
    rest: string,
): Omit<Suggestion, 'IconData'>[] {
    const words = rest.split(' ');
    const last = words.at(-1) ?? '';
    const argument = node.Arguments[words.length - 1];
    if (argument === undefined) {
        return [];
    }
    const before = done + rest.slice(0, rest.length - last.length);
    const list = listSchema.safeParse(argument.Data);
    if (argument.Type === 'StaticList' && list.success) {
        return list.data.PossibleArguments.filter(({Item}) => Item.startsWith(last)).map(
            ({Item, Hint, HelpText}) => ({
                Complete: before + Item,
                Suggestion: Item,
                Hint,
                Description: HelpText,
            }),
        );
    }
    const text = textSchema.safeParse(argument.Data);
    const hint = text.success ? text.data.Hint : '';
    const Complete = done + rest;
    return [{Complete, Suggestion: '', Hint: hint, Description: argument.HelpText}];
}
