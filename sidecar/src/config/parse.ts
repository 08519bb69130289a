import * as z from 'zod';
import {createSettingsSchema, type AgentEntry, type Settings} from '../contract/settings.ts';
import {crossCheck, type RefusePattern} from './checks.ts';
import {applyEnvironment, type Environment} from './environment.ts';
import {explainIssues} from './issues.ts';
import {notesOn} from './notes.ts';
import {pathText, type Note, type PathStep, type Problem} from './problem.ts';
import {isObject, type JsonSchema} from './schema-walk.ts';

/** What became of settings that somebody gave. */
export type ParsedSettings<Agent extends AgentEntry = AgentEntry> =
    | {
          readonly kind: 'ok';
          readonly settings: Settings<Agent>;
          readonly notes: readonly Note[];
      }
    | {readonly kind: 'refused'; readonly problems: readonly Problem[]};

/** What the settings have to be told of the modules above them. */
export interface SettingsParserDeps<Agent extends AgentEntry> {
    /** The schema of one entry of `agents`. */
    readonly agent: z.ZodType<Agent>;
    readonly refuseMentionPattern: RefusePattern;
}

/** Reads settings of unknown origin. */
export interface SettingsParser<Agent extends AgentEntry> {
    /**
     * Checks settings and adds what the environment says (INS-09). Finds all problems at once and
     * never throws. Nothing is filled in: `resolveAccount` and `serverSettings` know the defaults.
     */
    parse(input: unknown, env?: Environment): ParsedSettings<Agent>;
    /** The JSON Schema of what `parse` takes; secrets are marked `"secret": true`. */
    jsonSchema(): JsonSchema;
}

// Taking a wrong part out can leave its parent incomplete, which goes in the next round.
const ROUNDS = 8;

/** A parser for the settings of this program, made once. */
export function createSettingsParser<Agent extends AgentEntry>(
    deps: SettingsParserDeps<Agent>,
): SettingsParser<Agent> {
    const schema = createSettingsSchema(deps.agent);
    const jsonSchema: JsonSchema = z.toJSONSchema(schema, {
        io: 'input',
        unrepresentable: 'any',
        // zod leaves the default out where a value is changed on its way in; ours are as written.
        override({zodSchema, jsonSchema: written}) {
            const value = z.globalRegistry.get(zodSchema)?.['default'];
            if (value !== undefined) Object.assign(written, {default: value});
        },
    });

    /** The settings with everything left out that the schema refuses, and why. */
    const sift = (input: unknown): {settings: Settings<Agent> | undefined; problems: Problem[]} => {
        const problems: Problem[] = [];
        let rest = input;
        for (let round = 0; round < ROUNDS; round++) {
            const result = schema.safeParse(rest);
            if (result.success) return {settings: result.data, problems};
            const findings = explainIssues(jsonSchema, rest, result.error.issues);
            // What lacks a part only because we took it out is nobody's fault.
            if (round === 0) problems.push(...findings.map(({problem}) => problem));
            if (findings.some(({steps}) => steps.length === 0)) break;
            for (const {steps} of findings) rest = without(rest, steps);
        }
        return {settings: undefined, problems};
    };

    return {
        parse(input, env = {}) {
            const sifted = sift(input);
            const problems = [...sifted.problems];
            if (sifted.settings === undefined) return {kind: 'refused', problems};
            const named = withPlainAccountNames(sifted.settings);
            const {settings, problems: fromEnv} = applyEnvironment(named.settings, env);
            problems.push(
                ...named.problems,
                ...fromEnv,
                ...crossCheck(settings, deps.refuseMentionPattern),
            );
            if (problems.length > 0) return {kind: 'refused', problems};
            return {kind: 'ok', settings, notes: notesOn(jsonSchema, settings)};
        },
        jsonSchema: () => jsonSchema,
    };
}

/**
 * The value without what stands at a path. Where nothing stands there, something is missing: then
 * the object that lacks it goes.
 */
function without(value: unknown, [step, ...deeper]: readonly PathStep[]): unknown {
    if (step === undefined) return undefined;
    if (Array.isArray(value)) {
        return value.flatMap((item: unknown, index) => {
            if (index !== step) return [item];
            const left = deeper.length === 0 ? undefined : without(item, deeper);
            return left === undefined ? [] : [left];
        });
    }
    if (!isObject(value)) return undefined;
    const name = String(step);
    if (!Object.hasOwn(value, name)) return undefined;
    const left = deeper.length === 0 ? undefined : without(value[name], deeper);
    const others = Object.entries(value).filter(([key]) => key !== name);
    return Object.fromEntries(left === undefined ? others : [...others, [name, left]]);
}

/** Names of accounts in lower case, as OpenClaw reads them. */
function withPlainAccountNames<Agent extends AgentEntry>(
    settings: Settings<Agent>,
): {settings: Settings<Agent>; problems: Problem[]} {
    const mattermost = settings.channels?.mattermost;
    if (mattermost?.accounts === undefined) return {settings, problems: []};
    const names = Object.keys(mattermost.accounts);
    const problems = names
        .filter((name, index) =>
            names.slice(0, index).some((other) => other.toLowerCase() === name.toLowerCase()),
        )
        .map((name) => ({
            path: pathText(['channels', 'mattermost', 'accounts', name]),
            reason: 'there is another account of this name; case does not count',
        }));
    const accounts = Object.fromEntries(
        Object.entries(mattermost.accounts).map(([name, entry]) => [name.toLowerCase(), entry]),
    );
    return {
        settings: {
            ...settings,
            channels: {...settings.channels, mattermost: {...mattermost, accounts}},
        },
        problems,
    };
}
