import {randomUUID} from 'node:crypto';
import {once} from 'node:events';
import express from 'express';
import * as z from 'zod';
import type {Agent, AgentEvent} from '../agent/agent.ts';
import type {AgentSettings} from '../agent/agent-settings.ts';
import type {ModelList} from '../agent/list-models.ts';
import {problemText} from '../config/problem.ts';
import type {AgentTestEvent} from '../contract/agent-test.ts';
import type {SettingsDocuments} from '../host/settings-document.ts';
import {limitRate} from './limits.ts';
import {noOther, refuse} from './refuse.ts';
import {requireAdmin, type IsAdmin} from './require-admin.ts';
import {userOf} from './require-user.ts';

/** What the routes that try agents work with. */
export interface AgentsApiDeps {
    readonly documents: Pick<SettingsDocuments, 'check'>;
    readonly createAgent: (settings: AgentSettings) => Agent;
    readonly listModels: (settings: AgentSettings, signal: AbortSignal) => Promise<ModelList>;
    readonly isAdmin: IsAdmin;
    /** [Date.now] */
    readonly now?: () => number;
}

/** Largest body: one agent's settings and a question, bytes. */
const MAX_BODY = 262_144;
/** Longest try, ms. */
const LIMIT_MS = 120_000;
const TRIES_PER_MINUTE = 30;

const bodySchema = z.strictObject({
    /** The agent's id in the settings: a secret that is sent as dots is taken from there. */
    id: z.string().min(1).max(64),
    settings: z.record(z.string(), z.unknown()),
    prompt: z.string().min(1).max(4000).optional(),
});

/**
 * For people who administer the server, with settings that need not be saved: `POST /test` streams what the agent
 * answers as `AgentTestEvent`s, a line each; `POST /models` gives `{models}`, or 502 with the service's words. Wrong
 * settings are 422 with every problem.
 */
export function createAgentsApi(deps: AgentsApiDeps): express.Router {
    const {documents, isAdmin} = deps;
    const router = express.Router();
    router.use(requireAdmin(isAdmin), limitRate(TRIES_PER_MINUTE, userOf));

    /** The settings that were sent, checked; undefined where the request is refused. */
    const settingsIn = (
        request: express.Request,
        response: express.Response,
    ): {readonly settings: AgentSettings; readonly prompt: string} | undefined => {
        const body = bodySchema.safeParse(request.body);
        if (!body.success) {
            refuse(response, 400, 'Send JSON with "id" and "settings" of an agent.');
            return undefined;
        }
        const {id, settings, prompt = 'Say hello in one short sentence.'} = body.data;
        const checked = documents.check({agents: {[id]: settings}});
        const agent = checked.kind === 'ok' ? checked.settings.agents?.[id] : undefined;
        if (agent !== undefined) return {settings: agent, prompt};
        const problems = checked.kind === 'refused' ? checked.problems : [];
        response.status(422).json({
            error: {message: 'The settings of this agent are refused.'},
            problems: problems.map((problem) => ({...problem, text: problemText(problem)})),
        });
        return undefined;
    };

    router
        .route('/test')
        .post(express.json({limit: MAX_BODY}), async (request, response) => {
            const asked = settingsIn(request, response);
            if (asked === undefined) return;
            response.set('Content-Type', 'application/x-ndjson');
            const agent = deps.createAgent(asked.settings);
            await tryOut(agent, asked.prompt, response, deps.now ?? Date.now);
        })
        .all(noOther(['POST']));
    router
        .route('/models')
        .post(express.json({limit: MAX_BODY}), async (request, response) => {
            const asked = settingsIn(request, response);
            if (asked === undefined) return;
            const list = await deps.listModels(asked.settings, until(response));
            if (list.kind === 'listed') response.json({models: list.models});
            else refuse(response, 502, list.message);
        })
        .all(noOther(['POST']));
    return router;
}

/** Lets an agent answer one question and passes on what it says, until whoever asked is gone. */
async function tryOut(
    agent: Agent,
    prompt: string,
    response: express.Response,
    now: () => number,
): Promise<void> {
    const started = now();
    let firstMs: number | undefined;
    let usage: Extract<AgentEvent, {kind: 'usage'}> | undefined;
    const write = async (event: AgentTestEvent): Promise<void> => {
        if (response.destroyed) return;
        if (!response.write(`${JSON.stringify(event)}\n`)) await once(response, 'drain');
    };
    const id = randomUUID();
    const turn = {
        turnId: id,
        sessionId: id,
        system: '',
        messages: [{role: 'user', text: prompt} as const],
        user: {id: 'admin', username: 'admin'},
    };
    for await (const event of agent.run(turn, until(response))) {
        switch (event.kind) {
            case 'text':
                firstMs ??= now() - started;
                await write({kind: 'text', text: event.text});
                break;
            case 'usage':
                usage = event;
                break;
            case 'done':
                await write({
                    kind: 'done',
                    firstMs,
                    ms: now() - started,
                    model: usage?.model,
                    inputTokens: usage?.inputTokens,
                    outputTokens: usage?.outputTokens,
                });
                break;
            case 'failed': {
                const message = event.detail ?? event.message;
                await write({kind: 'failed', message, ms: now() - started});
                break;
            }
            default:
                // Reasoning, tools and files are no part of a try.
                break;
        }
    }
    response.end();
}

/** Aborted when the one who asked is gone, or after the limit. */
function until(response: express.Response): AbortSignal {
    const gone = new AbortController();
    response.once('close', () => {
        gone.abort();
    });
    return AbortSignal.any([gone.signal, AbortSignal.timeout(LIMIT_MS)]);
}
