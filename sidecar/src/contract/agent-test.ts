/** One line of the answer to a try of an agent: JSON, a line each. */
export type AgentTestEvent =
    | {readonly kind: 'text'; readonly text: string}
    | {
          readonly kind: 'done';
          /** From the request to the first text, and to the end, ms. */
          readonly firstMs: number | undefined;
          readonly ms: number;
          readonly model: string | undefined;
          readonly inputTokens: number | undefined;
          readonly outputTokens: number | undefined;
      }
    /** The service's own words where there are any, without keys. */
    | {readonly kind: 'failed'; readonly message: string; readonly ms: number};
