package eventlog

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/segmentio/kafka-go"

	"github.com/dreamlog/dreamlog/eventlog/internal/wire"
)

// Log is the topic of all events, open. It serves any number of goroutines.
type Log struct {
	config     Config
	client     *kafka.Client
	transport  *kafka.Transport
	conns      *connections
	partitions int
	// topicID pins the incarnation of the topic; zero where the broker is
	// too old to fetch by it.
	topicID wire.TopicID

	correlation atomic.Int32
	// end stops what kafka-go runs in the background.
	end     context.CancelFunc
	closing sync.Once
}

// Open connects, makes the topic if it is absent, and otherwise checks that
// its settings and its partition count are what the log relies on: a topic
// that breaks an invariant is refused with an *ErrSettings.
func Open(ctx context.Context, config Config) (*Log, error) {
	if err := config.Validate(); err != nil {
		return nil, fmt.Errorf("open event log: %w", err)
	}
	log, err := connect(config.withDefaults())
	if err != nil {
		return nil, fmt.Errorf("open event log: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, log.config.OpenTimeout)
	defer cancel()
	if err := retry(ctx, func() error { return log.prepare(ctx) }); err != nil {
		log.Close()
		return nil, fmt.Errorf("open event log at %v: %w%s", config.Brokers, err, hint(err))
	}
	return log, nil
}

// hint is what to look at when a broker hangs up instead of answering.
func hint(err error) string {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return " (the broker closes the connection: check whether it expects TLS, and the SASL mechanism, user and password)"
	}
	return ""
}

// connect builds the client. Nothing is dialled yet.
func connect(config Config) (*Log, error) {
	tlsConfig, err := config.TLS.config()
	if err != nil {
		return nil, err
	}
	mechanism, err := config.SASL.mechanism()
	if err != nil {
		return nil, err
	}
	conns := newConnections(config.Dial)
	background, end := context.WithCancel(context.Background())
	transport := &kafka.Transport{
		Context:        background,
		Dial:           conns.Dial,
		DialTimeout:    config.RequestTimeout,
		MetadataTTL:    config.MetadataTTL,
		MetadataTopics: []string{config.Topic},
		ClientID:       config.ClientID,
		TLS:            tlsConfig,
		SASL:           mechanism,
	}
	client := &kafka.Client{Addr: kafka.TCP(config.Brokers...), Timeout: config.RequestTimeout, Transport: transport}
	return &Log{config: config, client: client, transport: transport, conns: conns, end: end}, nil
}

// Close ends all connections; requests that are under way and later ones fail.
// It returns when nothing of the log runs any more, and may be called again.
// Producers are closed before.
func (l *Log) Close() error {
	l.closing.Do(func() {
		l.end()
		l.transport.CloseIdleConnections()
		l.conns.Close()
	})
	return nil
}

// Topic is the name of the topic.
func (l *Log) Topic() string { return l.config.Topic }

// Partitions is the number of partitions; they are numbered from 0.
func (l *Log) Partitions() int { return l.partitions }

// logger returns the logger with the topic on every line.
func (l *Log) logger() *slog.Logger {
	return l.config.Logger.With("component", "eventlog", "topic", l.config.Topic)
}

// roundTrip sends a message of package wire.
func roundTrip[T any](ctx context.Context, l *Log, request kafka.Request, wait time.Duration) (T, error) {
	var none T
	limited, cancel := context.WithTimeout(ctx, wait+l.config.RequestTimeout)
	defer cancel()
	message, err := l.transport.RoundTrip(limited, l.client.Addr, request)
	if err != nil && l.conns.isClosed() {
		return none, errLogClosed // whatever the transport makes of that
	}
	if err != nil {
		return none, cmp.Or(ended(ctx), err)
	}
	response, ok := message.(T)
	if !ok {
		return none, fmt.Errorf("response is a %T", message)
	}
	return response, nil
}

// ended is why ctx has ended, or nil. The deadline of a connection, set to that
// of ctx, can pass an instant before ctx itself notices.
func ended(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if deadline, ok := ctx.Deadline(); ok && !time.Now().Before(deadline) {
		return context.DeadlineExceeded
	}
	return nil
}
