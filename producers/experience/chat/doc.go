// Package chat is an experience model that asks a chat model, on any server that
// internal/openai speaks to, what would come of an action: in one JSON object its
// reasoning, the next state and the reward (Eq. 4 of DreamGym, arXiv 2511.03773).
//
// It owns the prompts, what of history and demonstrations fits into one, reading
// the answer, and what is promised of it. It retrieves nothing and plays nothing:
// demonstrations are given to it. Beside the model there are Teacher, which asks
// for the reasoning behind a transition that is known, and Example, which writes
// a known transition as the very prompt that the model is asked with and the
// answer that it should give (the pairs of Eq. 5). internal/app makes all three.
//
// # What an answer may promise
//
// A success ends a task with reward 1, and a policy learns from it; so it is
// granted only with a precedent: the answer must name a demonstration that it was
// shown, and that is the last step of a real episode with success. Without one
// the episode goes on, and reasoning and info say that a success was claimed. An
// invalid action earns nothing and ends nothing, whatever else the answer says.
//
// # What is refused
//
// An answer outside the schema, of more than 256 KiB, or in a script that
// nothing it was shown is written in, is asked for once more, with what was wrong
// about it; a second one like it is an error, and ends the episode. A language of
// the same script as another is not told from it. A server that cannot be
// reached, refuses the request, or whose budget is spent, is an error as well.
// The calls are returned with the error, so that they are recorded.
package chat
