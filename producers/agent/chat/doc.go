// Package chat is an agent that asks a chat model, on any server that
// internal/openai speaks to, for a thought and an action at every step.
//
// It owns the prompt, what of the history the model is shown, reading an action
// out of whatever the model says, and what each request leaves in the record.
// It never judges an action: the environment does. internal/app makes the agent,
// producers/rollout plays it.
//
// # How the model is asked
//
// A conversation begins with a system prompt (a template) and a message with the
// task and the first observation. Every answer and every later observation is
// added behind, so that each prompt extends the one before it and a server can
// reuse what it has computed. Where that would outgrow the context, the oldest
// turns between the first observation and the newer half are left out at once,
// and a new segment of calls begins. Reasoning that a server keeps apart from an
// answer is not sent back to it, as chat templates leave it out too.
//
// # How the model answers
//
//   - Text: lines "Thought: …" and "Action: …", read with patience (Mode Text)
//   - Structured: one JSON object {thought, action}, to which the server holds
//     the model by a schema (Mode Structured)
//   - Tools: one call of a tool with the arguments thought and action (Mode
//     Tools)
//
// Of an action only blanks around it go, and, unless it is admissible as it
// stands, quotes around it and a full stop behind it. It is not mapped to the
// nearest admissible action: what the model said is what the environment judges.
//
// An answer without an action, also one that is no completion at all, is a
// decision marked as malformed. A server that cannot be reached, refuses the
// request, or whose budget is spent, is an error: the episode is over.
//
// Every attempt at a request is one call, as internal/calls records it.
package chat
