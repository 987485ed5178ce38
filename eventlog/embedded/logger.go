package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"github.com/twmb/franz-go/pkg/kfake"
)

// logger passes the broker's messages on, and keeps its errors: the broker
// reports a failed save only here.
type logger struct {
	to *slog.Logger

	mu     sync.Mutex // guards failed
	failed []error
}

// Logf implements kfake.Logger.
func (l *logger) Logf(level kfake.LogLevel, format string, args ...any) {
	to := slog.LevelDebug
	switch level {
	case kfake.LogLevelError:
		to = slog.LevelError
		l.keep(fmt.Sprintf(format, args...))
	case kfake.LogLevelWarn:
		to = slog.LevelWarn
	}
	if l.to.Enabled(context.Background(), to) {
		l.to.Log(context.Background(), to, fmt.Sprintf(format, args...))
	}
}

func (l *logger) keep(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.failed = append(l.failed, errors.New(text))
}

func (l *logger) failures() []error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.failed
}
