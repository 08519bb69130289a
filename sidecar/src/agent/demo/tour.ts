import type {AgentTurn} from '../agent.ts';
import {answered, ask, failure, reasoning, slow, tools} from './activity.ts';
import {question} from './beat.ts';
import type {Act} from './beat.ts';
import {files} from './files.ts';
import {greeting, smallTalk} from './greeting.ts';
import type {Stop} from './greeting.ts';
import {recall, remember} from './memory.ts';
import {voyage} from './voyage.ts';
import {code, stream, table} from './writing.ts';

interface TourStop extends Stop {
    /** The words that ask for it. */
    readonly words: RegExp;
    readonly act: Act;
}

/** The stops of the tour, in the order in which they are offered. */
export const tour: readonly TourStop[] = [
    {
        write: 'stream',
        shows: 'an answer that grows while you read it',
        words: /\bstream(?:s|ed|ing)?\b/i,
        act: stream,
    },
    {
        write: 'long',
        shows: 'an answer that no single post can hold',
        words: /\blong\b/i,
        act: voyage,
    },
    {
        write: 'table',
        shows: 'tables, plain and with markup inside',
        words: /\btables?\b/i,
        act: table,
    },
    {
        write: 'code',
        shows: 'code in three languages',
        words: /\bcode\b/i,
        act: code,
    },
    {
        write: 'reasoning',
        shows: 'an agent that thinks first and posts only its answer',
        words: /\b(?:reason(?:s|ing)?|think(?:s|ing)?)\b/i,
        act: reasoning,
    },
    {
        write: 'tool',
        shows: 'tools at work, one of which fails',
        words: /\btools?\b/i,
        act: tools,
    },
    {
        write: 'question',
        shows: 'an agent that asks *you* something',
        words: /\b(?:ask|questions?)\b/i,
        act: ask,
    },
    {
        write: 'file',
        shows: 'a table and a picture as files',
        words: /\bfiles?\b/i,
        act: files,
    },
    {
        write: 'error',
        shows: 'what is left of an answer that fails half-way',
        words: /\b(?:errors?|fail(?:s|ure)?)\b/i,
        act: failure,
    },
    {
        write: 'slow 20',
        shows: 'an answer that takes twenty seconds (any number up to 600)',
        words: /\bslow\b/i,
        act: slow,
    },
    {
        write: 'remember the tide turns at six',
        shows: 'then ask `what did I say before?`, and see what a session is',
        words: /\bremember\b/i,
        act: remember,
    },
];

const RECALL = /\bwhat (?:did|have) i (?:say|said|tell|told|ask|asked|write|written)\b/i;
const REMEMBER = /^\W*(?:please\s+)?remember\b/i;
const GREETING =
    /\b(?:hello|hi|hey|help|start|tour|welcome|good (?:morning|afternoon|evening)|who are you|what can you do)\b|^\?+$/i;

/** Chooses what to play: by the first word of the tour in the last message. */
export function chooseAct(turn: AgentTurn): Act {
    const text = question(turn);
    const choice = answered(turn);
    if (choice !== undefined) return () => choice;
    // Before the tour's words, which may well stand in what is to be remembered.
    if (RECALL.test(text)) return recall;
    if (REMEMBER.test(text)) return remember;
    const asked = tour
        .map((stop) => ({act: stop.act, position: text.search(stop.words)}))
        .filter(({position}) => position >= 0)
        .sort((one, other) => one.position - other.position);
    return asked[0]?.act ?? (GREETING.test(text) ? greeting(tour) : smallTalk(tour));
}
