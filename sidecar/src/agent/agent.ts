/** One message of the conversation as an agent sees it, oldest first. */
export interface AgentMessage {
    readonly role: 'user' | 'assistant';
    readonly text: string;
}

/** What an agent is asked: everything it may know of the conversation, already filtered by policy. */
export interface AgentTurn {
    /** Unique for the turn; the id of the post that asked. */
    readonly turnId: string;
    /** Opaque and stable for the conversation; no user or channel id can be read from it. */
    readonly sessionId: string;
    /** Standing instructions; '' for none. */
    readonly system: string;
    /** The conversation, oldest first; the last one is the user's question. */
    readonly messages: readonly AgentMessage[];
    /**
     * Date, weekday, time and zone of who asks, one line for each person; made anew for each turn. It goes to the
     * model after the question: before it, everything that the provider has cached would be new.
     */
    readonly now?: string;
    readonly user: {readonly id: string; readonly username: string};
    /** Messages that came while the turn runs (`queue.mode: steer`); agents that cannot use them ignore it. */
    readonly steering?: AsyncIterable<string>;
}

/** Why a run failed, for programs; people read the `message` beside it. */
export type FailureCode =
    | 'cancelled'
    | 'timeout'
    | 'unauthorized'
    | 'rate-limited'
    | 'overloaded'
    | 'unreachable'
    | 'bad-request'
    /** The conversation is longer than the model takes: the same with less before the question may go. */
    | 'context-too-long'
    | 'bad-response'
    | 'empty'
    | 'internal';

/** How an answer ended that was not a failure. */
export type DoneReason =
    /** The agent was done. */
    | 'stop'
    /** The limit of its output was reached: the answer breaks off. */
    | 'length'
    /** The service's filter ended the answer. */
    | 'content-filter'
    /** Parts of the answer could not be read: it has holes. */
    | 'unreadable'
    /** Whatever else: a tool that nobody offered, a reason that is not known. */
    | 'other';

/** What an agent tells while it runs; the last one is `done` or `failed`. */
export type AgentEvent =
    | {readonly kind: 'text'; readonly text: string}
    /** The text so far was none of the answer (thinking of which only the end was marked): it is taken back. */
    | {readonly kind: 'text-reset'}
    | {readonly kind: 'reasoning'; readonly text: string}
    | {
          readonly kind: 'tool-start';
          readonly id: string;
          readonly name: string;
          /** One short line for people; no arguments that could hold secrets. */
          readonly summary?: string;
          /** Running it again does no harm; else a turn that a crash interrupted is not run again. */
          readonly repeatable?: true;
      }
    | {readonly kind: 'tool-end'; readonly id: string; readonly ok: boolean}
    | {
          readonly kind: 'ask';
          readonly id: string;
          readonly question: string;
          /** 2 to 5 choices; absent for a free answer. */
          readonly options?: readonly string[];
      }
    | {
          readonly kind: 'file';
          readonly name: string;
          readonly mimeType: string;
          readonly data: Uint8Array<ArrayBuffer>;
      }
    | {
          readonly kind: 'usage';
          readonly inputTokens: number;
          readonly outputTokens: number;
          readonly model: string;
      }
    | {readonly kind: 'done'; readonly reason: DoneReason}
    | {
          readonly kind: 'failed';
          readonly code: FailureCode;
          /** A plain sentence for the person who asked; no keys, no stack. */
          readonly message: string;
          /** For the log, redacted. */
          readonly detail?: string;
          readonly retryable: boolean;
      };

/**
 * What produces the answer. The stream ends with exactly one `done` or `failed`, and never throws.
 * After `signal` is aborted it ends within a second, with `failed` `cancelled`, and what it holds
 * (sockets, processes, timers) is given back. Leaving the loop early gives everything back as well.
 */
export interface Agent {
    readonly kind: string;
    /** Limits that it keeps by itself, ms; each takes the place of the turn's of the same name [the turn's]. */
    readonly limits?: {readonly idleMs?: number | undefined; readonly totalMs?: number | undefined};
    run(turn: AgentTurn, signal: AbortSignal): AsyncIterable<AgentEvent>;
    /** What admins should know of its settings by what the service said so far: sentences, no secrets [none]. */
    troubles?(): readonly string[];
}
