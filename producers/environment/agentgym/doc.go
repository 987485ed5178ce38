// Package agentgym plays the environments of AgentGym's servers (the agentenv-*
// packages of github.com/WooooDyy/AgentGym), as a client of their HTTP protocol:
// create, reset, step, close.
//
// Each server hands out numbered environments; whoever knows a number can act in
// it. The servers share the routes but not the words of requests and answers, so
// there is a dialect for each: alfworld, webshop, sciworld, textcraft and babyai.
// Each file says what its server's reward means and when a task counts as solved,
// after the sources of the server.
//
// Tasks are numbers (a server does not say how many it has): the options give
// their range. The seed of an episode is not sent, as the number fixes the task.
//
// A step is never sent twice. What does not answer properly ends the episode and
// the session; a number that a server hands out a second time, as it does after a
// restart, ends the session that had it before, so that two episodes of this
// process never share an environment. The package writes no events: rollout does.
package agentgym
