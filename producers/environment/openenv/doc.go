// Package openenv plays the environments of servers that speak the OpenEnv
// protocol (openenv-core 0.3), as a client.
//
// An episode lives in a WebSocket session at /ws: reset, step, state and close go
// out as {"type", "data"}, and each is answered, in order, by one observation,
// state or error. The HTTP routes /reset and /step of these servers keep nothing
// between two calls, so no episode goes through them; /metadata and /schema say
// what the environment is and what its actions and observations look like.
//
// The protocol's messages carry no ids. What keeps two episodes apart is this: a
// session whose request was not answered properly is broken for good, and a
// reset on a connection that was used before is followed by a state request. A
// late answer would make the two answers arrive in the wrong kinds, and the
// reset fails.
//
// Actions and observations are objects that each environment defines; here they
// are text (action.go and observation.go say how). The package never retries a
// step, and writes no events: rollout does.
package openenv
