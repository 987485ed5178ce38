// Package chat reads conversations of system, user, assistant and tool
// messages, and turns them into the steps and calls of an episode.
//
// It owns what the chat formats share: cutting a file of JSON lines, of an
// array or of one object into records; taking the members of a record one by
// one so that the rest is kept; the many spellings of a message; and Play,
// which says what is a turn, a call, a state, an action and a thought. It is no
// format itself: the packages messages, agentgym, atif, taubench, agentdojo,
// verifiers and sweagent call it and add what only they know.
//
// It never changes the text of a message: calls hold the JSON of the source
// byte for byte, so that the conversation can be rebuilt from them exactly.
//
// # A turn is a transition
//
// Every assistant message is one call and one transition, so that step and
// turn are the same number, also where one message asks for several tools at
// once or says nothing at all. Its parts are:
//
//   - state: what was said to the agent since its previous turn, by users and
//     tools, less system messages; what was last said stands where nothing new
//     came. The next state is what came back, and empty at the end.
//   - action: for a tool call the object {"name":…,"arguments":…}, with the
//     arguments as the source has them; for several tool calls an array of such
//     objects; without tool calls the text said.
//   - thought: reasoning that the source keeps apart or marks with think tags,
//     and the text beside a tool call.
package chat
