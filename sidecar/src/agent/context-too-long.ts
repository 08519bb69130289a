/** What is known of an error when it is judged. */
interface ServiceError {
    readonly statusCode?: number | undefined;
    readonly names: readonly string[];
    readonly text: string;
}

/** Names that services give to the refusal of a prompt's size. */
const NAMES: ReadonlySet<string> = new Set([
    // OpenAI, Azure, Groq, Cerebras, DeepSeek and many more
    'context_length_exceeded',
    'string_above_max_length',
    // llama.cpp
    'exceed_context_size_error',
    // Anthropic
    'request_too_large',
    'model_context_window_exceeded',
    // GitHub's models and Copilot
    'tokens_limit_reached',
    'model_max_prompt_tokens_exceeded',
    // Z.ai
    '1261',
    // Mistral
    '3051',
]);

/** What services say that give no name to it, or one that stands for much else. */
const WORDS: readonly RegExp[] = [
    // Anthropic, Fireworks: "prompt is too long: 210000 tokens > 200000 maximum"; Ollama: "prompt too long; exceeded …"
    /\bprompt (?:is )?too long\b/i,
    // Anthropic: "input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000"
    /\bexceeds? (?:the )?context limit\b/i,
    // OpenAI, vLLM, OpenRouter, DeepSeek, Mistral: "maximum context length is 4096 tokens"
    /\bmaximum (?:context|model|prompt) length\b/i,
    // OpenAI's Responses, Groq, Cerebras
    /\bexceeds (?:the|this model's) context (?:window|length)\b/i,
    /\breduce the length of the (?:messages|prompt|input)\b/i,
    // OpenAI: "Request too large for gpt-… on tokens per min (TPM)": waiting does not help, less text does
    /\brequest (?:body |entity )?(?:is )?too large\b/i,
    // LM Studio: "… the model is loaded with context length of only 4096 tokens", "is greater than the context length"
    /\bcontext length of only \d/i,
    /\bgreater than the context length\b/i,
    /\breached context length of \d/i,
    // llama.cpp: "exceeds the available context size", "Context size has been exceeded."
    /\bexceeds the available context size\b/i,
    /\bcontext size has been exceeded\b/i,
    // Ollama: "the input length exceeds the context length"; SGLang: "is longer than the model's context length"
    /\binput length exceeds\b/i,
    /\blonger than the model's context length\b/i,
    // Gemini: "The input token count (1200000) exceeds the maximum number of tokens allowed"
    /\binput token count\b.*\bexceeds\b/i,
    // xAI is under the first; GitHub: "prompt token count of 9000 exceeds the limit of 8000"
    /\bprompt token count of \d+ exceeds\b/i,
    // Mistral: "Prompt contains 40000 tokens …, too large for model with 32768 maximum context length"
    /\btoo large for model with\b/i,
    // Bedrock
    /\binput is too long\b/i,
    // Text Generation Inference: "`inputs` must have less than 4096 tokens", "`inputs` tokens + `max_new_tokens` must be <= …"
    /`inputs` (?:must have less than \d+ tokens|tokens \+ `max_new_tokens` must be)/i,
    // Moonshot, MiniMax, Alibaba, Cohere
    /\bexceeded model token limit\b/i,
    /\bcontext window exceeds limit\b/i,
    /\brange of input length should be\b/i,
    /\btoo many (?:input )?tokens: /i,
    // LiteLLM: "litellm.ContextWindowExceededError: …"; other gateways
    /\bContextWindowExceeded/,
    /\bcontext (?:length|window) (?:was |has been )?exceeded\b/i,
];

/**
 * Whether a service refused a request since the conversation is longer than its model, or the service itself,
 * takes. The status alone does not say so (most answer 400, llama.cpp 500 once it writes, OpenAI 429 where
 * one request is beyond the minute's budget): names count first, words where a service has no name for it.
 */
export function isContextTooLong({statusCode, names, text}: ServiceError): boolean {
    if (statusCode === 413) return true;
    if (statusCode !== undefined && (statusCode < 400 || NEVER.has(statusCode))) return false;
    return names.some((name) => NAMES.has(name)) || WORDS.some((words) => words.test(text));
}

/** What these say is about something else: who asks, what is asked for, how long it took. */
const NEVER: ReadonlySet<number> = new Set([401, 402, 403, 404, 408, 504]);
