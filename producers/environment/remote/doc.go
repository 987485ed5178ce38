// Package remote is what the clients of environment servers have in common:
// requests with JSON in and out, under limits of size and time, and the rule of
// when something may be tried again.
//
// It knows nothing of any protocol: openenv and agentgym do. It never repeats a
// request of its own accord, since only they know which ones could take a step
// twice.
package remote
