// Package replay owns the replay buffer: what a run may see of the lake's
// experience, and the two uses of it, which are kept apart. Demonstrations are
// stored transitions that ground what an experience model predicts; rollouts
// are what training consumes, in whole groups.
//
// Everybody who learns reads through Visibility, the one place that says what a
// run may see: evaluations, probes, other splits and other runs' training never
// pass it. The package reads sessions of analytics and nothing else; it writes
// no event and encodes no text itself. internal/app opens the sessions, keeps
// derived files, turns draws into events, and hands demonstrations to the
// producers that know them under their own words.
package replay
