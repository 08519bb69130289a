import type * as z from 'zod';
import {nearest} from './nearest.ts';
import {pathText, type PathStep, type Problem} from './problem.ts';
import {keysAt, valueAt, type JsonSchema} from './schema-walk.ts';

type Issue = z.core.$ZodIssue;

/** What is wrong, and where: `steps` leads to the value that would have to go. */
export interface Finding {
    readonly problem: Problem;
    readonly steps: readonly PathStep[];
}

/** What an explanation may look at: the schema for the names, the input for what was written. */
interface Source {
    readonly schema: JsonSchema;
    readonly input: unknown;
}

const KINDS = new Map([
    ['string', 'text'],
    ['number', 'a number'],
    ['int', 'a whole number'],
    ['boolean', 'true or false'],
    ['array', 'a list'],
    ['object', 'an object'],
    ['record', 'an object'],
]);

const kindText = (kind: string): string => KINDS.get(kind) ?? kind;
const oneOf = (values: readonly unknown[]): string =>
    `must be ${values.length > 1 ? 'one of ' : ''}${values.map((value) => JSON.stringify(value)).join(', ')}`;

function stepsOf(path: readonly PropertyKey[]): PathStep[] {
    return path.map((step) => (typeof step === 'number' ? step : String(step)));
}

function finding(steps: readonly PathStep[], reason: string, suggestion?: string): Finding {
    const problem = {path: pathText(steps), reason};
    return {steps, problem: suggestion === undefined ? problem : {...problem, suggestion}};
}

function wrongValue(source: Source, steps: PathStep[], values: readonly unknown[]): Finding {
    const given = valueAt(source.input, steps);
    const names = values.filter((value) => typeof value === 'string');
    const suggestion = typeof given === 'string' ? nearest(given, names) : undefined;
    return finding(steps, given === undefined ? 'is missing' : oneOf(values), suggestion);
}

function unknownKeys(source: Source, steps: PathStep[], keys: readonly string[]): Finding[] {
    const valid = keysAt(source.schema, source.input, steps);
    return keys.map((name) => finding([...steps, name], 'unknown key', nearest(name, valid)));
}

/** How deep an issue lies below the value that a union was asked about. */
const isAbout = (issue: Issue): boolean =>
    issue.path.length === 0 && issue.code !== 'unrecognized_keys';

/** Explains the branch that was meant; where none can be told, what all of them want. */
function union(source: Source, steps: PathStep[], branches: readonly Issue[][]): Finding[] {
    const meant = branches
        .filter((issues) => issues.length > 0 && !issues.some(isAbout))
        .sort((a, b) => a.length - b.length)[0];
    if (meant) return meant.flatMap((issue) => explain(source, issue, steps));

    const given = valueAt(source.input, steps);
    if (given === undefined) return [finding(steps, 'is missing')];
    const wants = branches.flatMap((issues) => issues[0] ?? []);
    const rightKind = wants.find((issue) => !isWrongKind(issue));
    if (rightKind && typeof given === 'string') return explain(source, rightKind, steps);
    const kinds = wants.map((issue) =>
        issue.code === 'invalid_type' ? kindText(issue.expected) : valueText(issue),
    );
    return [finding(steps, `must be ${[...new Set(kinds)].join(' or ')}`)];
}

const isWrongKind = (issue: Issue): boolean => issue.code === 'invalid_type';

function valueText(issue: Issue): string {
    return issue.code === 'invalid_value'
        ? issue.values.map((value) => JSON.stringify(value)).join(', ')
        : issue.message;
}

function bound(issue: Extract<Issue, {code: 'too_small' | 'too_big'}>): string {
    const small = issue.code === 'too_small';
    const limit = String(small ? issue.minimum : issue.maximum);
    if (issue.origin === 'string' && small) return 'must not be empty';
    if (issue.inclusive === false) return `must be ${small ? 'more' : 'less'} than ${limit}`;
    return `must be at ${small ? 'least' : 'most'} ${limit}`;
}

/** Puts one of zod's issues into words; no word of the input but keys gets into them. */
function explain(source: Source, issue: Issue, below: readonly PathStep[] = []): Finding[] {
    const steps = [...below, ...stepsOf(issue.path)];
    switch (issue.code) {
        case 'unrecognized_keys':
            return unknownKeys(source, steps, issue.keys);
        case 'invalid_union':
            if ('options' in issue && Array.isArray(issue.options)) {
                return [wrongValue(source, steps, issue.options)];
            }
            return union(source, steps, issue.errors);
        case 'invalid_value':
            return [wrongValue(source, steps, issue.values)];
        case 'invalid_type': {
            const isMissing = valueAt(source.input, steps) === undefined;
            return [
                finding(steps, isMissing ? 'is missing' : `must be ${kindText(issue.expected)}`),
            ];
        }
        case 'too_small':
        case 'too_big':
            return [finding(steps, bound(issue))];
        case 'invalid_format':
            return [
                finding(steps, issue.format === 'url' ? 'must be a web address' : issue.message),
            ];
        case 'invalid_key':
            return [finding(steps, issue.issues[0]?.message ?? 'is no valid name')];
        case 'custom':
        case 'not_multiple_of':
        case 'invalid_element':
            return [finding(steps, issue.message)];
    }
}

/** All that zod found, in words, with the nearest valid names. */
export function explainIssues(
    schema: JsonSchema,
    input: unknown,
    issues: readonly Issue[],
): Finding[] {
    return issues.flatMap((issue) => explain({schema, input}, issue));
}
