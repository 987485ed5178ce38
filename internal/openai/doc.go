// Package openai is a small client of servers that speak OpenAI's chat
// completions and embeddings: vLLM, SGLang, llama.cpp, Ollama, OpenAI itself.
//
// It owns one request and its attempts: encoding, limits on concurrency, rate
// and cost, time-outs, retries, reading the answer within bounds, the many
// spellings of token ids, and keeping API keys out of everything that is
// returned. It knows nothing of agents, episodes or prompts, and imports
// nothing of ours. The chat agent and the chat experience model call it, and
// embedding.
//
// # Why no SDK
//
// What is recorded must be exact: the bytes that came, fields that only one
// server has (token_ids, meta_info, an id beside a log-probability), and every
// attempt with its own status, latency and cost. The official SDK decodes into
// the types of OpenAI's own API, keeps the attempts inside its retries, follows
// redirects, and reads bodies of any size. Wrapping all of that for one endpoint
// would take more than this package.
//
// # Attempts
//
// Chat sends a request up to Retry.MaxAttempts times and returns an Attempt for
// each time, also for those that failed, so that every request can be recorded.
// Another attempt follows only a failure of kind Unavailable: the server could
// not be reached, broke off, was too slow, or answered 408, 409, 425, 429 or 5xx.
// A request that was refused, and an answer that is malformed, are final: the
// first would be refused again, the second is what the model said.
//
// # Keys
//
// A key is read from an environment variable, is sent to the configured host
// only (redirects are not followed), and over plain http only to this machine
// unless that is allowed. A server that repeats it in a body or a header
// does not get it into an Attempt or an error.
package openai
