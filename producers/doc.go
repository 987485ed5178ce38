// Package producers holds the words that those who make experience have in
// common: a task, what an environment shows and answers, what an agent decides,
// what an experience model predicts and what it is shown of the past.
//
// It owns these types and nothing else: it plays nothing and writes nothing.
// Environments and agents implement its interfaces, rollout joins them without
// knowing any of them, and internal/app chooses which. Its child packages
// import it; they do not import each other.
package producers
