// Package calls turns the requests that were made of a chat model into calls,
// the events in which every request is recorded: exactly what was sent, what
// came back, and what it took.
//
// It owns which messages and tokens a call adds to those before it, what is kept
// of an answer and of a failure, and what a text must be to be recorded. It asks
// nothing and reads no answer. producers/agent/chat and
// producers/experience/chat call it.
//
// Every attempt at a request is one call. Its messages are those that were added
// since the previous call of its segment, its response is the message as it came,
// so that within a segment messages and responses in turn are the conversation
// (as importers record them). An attempt that failed has what came of it as its
// response, status and error in info, and ends its segment, as no prompt
// contains it. Log-probabilities without token ids are kept in info, since the
// columns are for tokens that are known.
package calls
