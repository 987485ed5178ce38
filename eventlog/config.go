package eventlog

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"regexp"
	"time"
)

// Defaults of Config.
const (
	DefaultTopic          = "dreamlog.experience"
	DefaultPartitions     = 4
	DefaultOpenTimeout    = 30 * time.Second
	DefaultRequestTimeout = 10 * time.Second
	DefaultMetadataTTL    = 2 * time.Second

	maxReplicationFactor = 3
)

// Config says where the log is and what is expected of it.
type Config struct {
	// Brokers are the addresses to start from, as host:port. At least one.
	Brokers []string
	// Topic is the topic of all events. Default DefaultTopic.
	Topic string
	// Partitions is what the lake expects of the topic: another count is
	// refused. Zero takes a topic as it is, and makes an absent one with
	// DefaultPartitions.
	Partitions int
	// ReplicationFactor of a topic that has to be made. Zero: as many as
	// there are brokers, at most 3.
	ReplicationFactor int
	// AllowRetention accepts a topic that deletes records by age or size.
	// Records can then be gone before they landed, and landing halts.
	AllowRetention bool
	// TLS encrypts the connections. Nil: plain text.
	TLS *TLS
	// SASL authenticates. Nil: no authentication.
	SASL *SASL
	// OpenTimeout bounds Open. Default DefaultOpenTimeout.
	OpenTimeout time.Duration
	// RequestTimeout bounds one request, the wait of a Fetch not counted.
	// Default DefaultRequestTimeout.
	RequestTimeout time.Duration
	// MetadataTTL is how old the known layout of the cluster may be, and so
	// about how long a change of leader takes to be noticed. Default
	// DefaultMetadataTTL.
	MetadataTTL time.Duration
	// ClientID names this process in the broker's logs. Default "dreamlog".
	ClientID string
	// Dial makes the connections: for tunnels and for tests that put faults
	// between. Nil: TCP.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Logger is told of settings that are accepted with a doubt. Nil: silent.
	Logger *slog.Logger
}

// topicName is what Kafka accepts as the name of a topic.
var topicName = regexp.MustCompile(`^[a-zA-Z0-9._-]{1,249}$`)

// Validate explains what is wrong with the configuration, all of it at once.
func (c Config) Validate() error {
	c = c.withDefaults()
	var problems []error
	add := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	if len(c.Brokers) == 0 {
		add("no broker is named: give host:port")
	}
	for _, address := range c.Brokers {
		if _, _, err := net.SplitHostPort(address); err != nil {
			add("broker %q is not host:port: %w", address, err)
		}
	}
	if !topicName.MatchString(c.Topic) || c.Topic == "." || c.Topic == ".." {
		add("topic %q: a name has 1 to 249 of the characters a-z A-Z 0-9 . _ -", c.Topic)
	}
	if c.Partitions < 0 {
		add("partitions is %d: give 1 or more, or 0 for the topic's own", c.Partitions)
	}
	if c.ReplicationFactor < 0 {
		add("replication factor is %d: give 1 or more, or 0 for the default", c.ReplicationFactor)
	}
	if c.OpenTimeout < 0 || c.RequestTimeout < 0 || c.MetadataTTL < 0 {
		add("a timeout is negative: give a duration, or 0 for the default")
	}
	if c.TLS != nil {
		problems = append(problems, c.TLS.validate()...)
	}
	if c.SASL != nil {
		problems = append(problems, c.SASL.validate()...)
	}
	return errors.Join(problems...)
}

func (c Config) withDefaults() Config {
	if c.Topic == "" {
		c.Topic = DefaultTopic
	}
	if c.OpenTimeout == 0 {
		c.OpenTimeout = DefaultOpenTimeout
	}
	if c.RequestTimeout == 0 {
		c.RequestTimeout = DefaultRequestTimeout
	}
	if c.MetadataTTL == 0 {
		c.MetadataTTL = DefaultMetadataTTL
	}
	if c.ClientID == "" {
		c.ClientID = "dreamlog"
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}
