package delta

import (
	"context"
	"errors"
	"fmt"

	"github.com/dreamlog/dreamlog/lake/store"
)

// ErrConflict says that another writer changed what a commit depends on: drop
// what was not published, and start again from the newest state.
var ErrConflict = errors.New("another writer changed the table; start again from its newest state")

// Commit publishes actions as the entry of exactly one version; they are
// durable when it returns nil. store.ErrExist: another entry, or this one,
// has the number; read it with Entry and ask Judge. store.ErrUnknown: read
// before going on, and delete nothing.
//
// The version must follow one that was the newest within the log's retention:
// later, numbers are free again that were taken. Publish sees to it.
func (l *Log) Commit(ctx context.Context, version int64, actions []Action) error {
	data, err := encodeEntry(actions)
	if err == nil {
		err = store.Put(ctx, l.store, l.entryName(version), data)
	}
	if err != nil {
		return fmt.Errorf("commit table %s version %d: %w", l.table, version, err)
	}
	return nil
}

// Verdict says how to go on when the number of a commit was taken.
type Verdict int

const (
	// Again: the winner changed nothing that the commit depends on; publish
	// the same actions at the next number.
	Again Verdict = iota
	// Won: the winner is the commit itself.
	Won
	// Restart: the commit is built on what is no longer so.
	Restart
)

// Judge compares a commit with the one that took its number. It may be
// published at the next number unless the winner, or the commit itself,
// changed metadata or protocol, or the winner wrote one of its transactions or
// touched one of its files.
func Judge(ours, winner []Action) Verdict {
	if token := Token(ours); token != "" && token == Token(winner) {
		return Won
	}
	mine := stakesOf(ours)
	theirs := stakesOf(winner)
	if mine.table || theirs.table {
		return Restart
	}
	for stake := range theirs.named {
		if mine.named[stake] {
			return Restart
		}
	}
	return Again
}

// stakes is what an entry changes: the table itself, and the transactions and
// files it names.
type stakes struct {
	table bool
	named map[string]bool
}

func stakesOf(actions []Action) stakes {
	s := stakes{named: map[string]bool{}}
	for _, action := range actions {
		path, isFile := action.path()
		switch {
		case isFile:
			s.named["file "+string(path)] = true
		case action.Txn != nil:
			s.named["txn "+action.Txn.AppID] = true
		case action.MetaData != nil, action.Protocol != nil:
			s.table = true
		}
	}
	return s
}

// Publish commits actions behind a state, at the next number that is free, and
// brings the state there. When the number is taken, it reads the winner and
// goes on as Judge says; ErrConflict when it says Restart (the state is then
// at the winner's version). store.ErrUnknown when nobody can say yet whether
// the entry is published. The actions should carry a token.
func (l *Log) Publish(ctx context.Context, s *State, actions []Action) error {
	if err := s.Writable(); err != nil {
		return fmt.Errorf("commit table %s: %w", l.table, err)
	}
	if err := l.fresh(ctx, s); err != nil {
		return err
	}
	for {
		version := s.version + 1
		err := l.Commit(ctx, version, actions)
		if err == nil {
			s.current = l.now()
			return s.Apply(version, actions)
		}
		if !errors.Is(err, store.ErrExist) && !errors.Is(err, store.ErrUnknown) {
			return err
		}
		verdict, readErr := l.yield(ctx, s, actions)
		switch {
		case errors.Is(readErr, store.ErrNotExist):
			return err // unknown, and not visible either
		case readErr != nil:
			return errors.Join(err, readErr)
		case verdict == Won:
			return nil
		case verdict == Restart:
			return fmt.Errorf("commit table %s version %d: %w", l.table, version, ErrConflict)
		}
	}
}

// fresh refuses a state that is so old that the entries behind it may have been
// cleaned up: their numbers would look free.
func (l *Log) fresh(ctx context.Context, s *State) error {
	if !l.stale(s) {
		return nil
	}
	was := s.version
	if err := l.Refresh(ctx, s); err != nil {
		return err
	}
	if s.version != was {
		return fmt.Errorf("commit table %s version %d: %w", l.table, was+1, ErrConflict)
	}
	return nil
}

// yield reads the entry that took the number of a commit, judges it, and
// applies it.
func (l *Log) yield(ctx context.Context, s *State, actions []Action) (Verdict, error) {
	winner, err := l.Entry(ctx, s.version+1)
	if err != nil {
		return Restart, err
	}
	if err := s.Apply(s.version+1, winner); err != nil {
		return Restart, err
	}
	if err := errors.Join(s.readable(), s.Writable()); err != nil {
		return Restart, err
	}
	return Judge(actions, winner), nil
}
