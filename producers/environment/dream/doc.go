// Package dream is an environment without one: an experience model answers in
// its place, so that every agent that plays a real environment plays this one.
//
// It owns the course of a dream: where it begins (start.go), which
// demonstrations ground each prediction and what a prediction is worth
// (session.go), and when a dream is no longer to be trusted and is ended
// (watch.go). It never reads the lake or writes events: what was recorded comes
// through a Retriever, and rollout records what was dreamt. It knows no model
// but by the interface of producers. internal/app opens it.
package dream
