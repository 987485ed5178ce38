// Package rollout plays episodes: it lets an agent act in an environment and
// records every step as an event.
//
// It owns the order of play, the seeds, the events of an episode and the
// promise that an episode which began gets an end. It never reads the lake or
// the log: what it must know of history comes through Seen and History. It
// knows no environment and no agent but by the interfaces of producers, and
// decides nothing for either. internal/app calls it, and hands in a log that
// blocks when it is full, which slows the workers down.
//
// The flow, by file: options.go says what a user decides; plan.go lays out
// tasks and attempts; resume.go leaves out what a run has finished already;
// run.go sends workers through the plan; player.go plays one episode after
// another, which recorder.go turns into events (events.go) on their way to the
// log (journal.go), with what an experience model answered (dreamed.go);
// tally.go counts an episode once the log has acknowledged its end.
package rollout
