package eventlog

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"

	"github.com/dreamlog/dreamlog/eventlog/internal/recordbatch"
	"github.com/dreamlog/dreamlog/eventlog/internal/wire"
	"github.com/dreamlog/dreamlog/schema"
)

// maxMessageBytes is the topic's max.message.bytes: the largest event, alone
// in its batch, with room for the lengths around its fields.
const maxMessageBytes = schema.MaxEventBytes + recordbatch.HeaderBytes + 1<<16

// settings are those of a topic that the log makes.
func settings(replicas int) map[string]string {
	s := map[string]string{
		"cleanup.policy":                 "delete",
		"retention.ms":                   "-1",
		"retention.bytes":                "-1",
		"max.message.bytes":              strconv.Itoa(maxMessageBytes),
		"message.timestamp.type":         "CreateTime",
		"unclean.leader.election.enable": "false",
	}
	if replicas >= 3 {
		s["min.insync.replicas"] = "2"
	}
	return s
}

// prepare finds or makes the topic, checks it, and learns its shape. It is one
// attempt, to be repeated as a whole: brokers learn at different times that a
// topic was made or deleted.
func (l *Log) prepare(ctx context.Context) error {
	described, err := l.describe(ctx)
	var absent *ErrNoTopic
	if errors.As(err, &absent) {
		if err := l.create(ctx, described.Brokers); err != nil {
			return err
		}
		if described, err = l.describe(ctx); errors.As(err, &absent) {
			return fmt.Errorf("topic %s was just made: %w", l.config.Topic, kafka.LeaderNotAvailable)
		}
	}
	if err != nil {
		return err
	}
	if err := l.checkPartitions(len(described.Partitions)); err != nil {
		return err
	}
	if err := l.checkSettings(ctx, described); err != nil {
		return err
	}
	l.partitions = len(described.Partitions)
	if err := l.pin(ctx, described.TopicID); err != nil {
		return err
	}
	return l.requireServed(ctx)
}

// requireServed asks every partition's leader for its offsets: in a cluster it
// takes a moment until the leaders of a new topic know that they lead.
func (l *Log) requireServed(ctx context.Context) error {
	_, err := l.listOffsets(ctx, l.allPartitions())
	return err
}

// describe asks a broker, not the cache, for the topic. An absent topic is an
// *ErrNoTopic beside the response, a partition without leader is Retryable.
func (l *Log) describe(ctx context.Context) (*wire.MetadataResponse, error) {
	described, err := l.metadata(ctx)
	if err != nil {
		return nil, err
	}
	switch code := kafka.Error(described.ErrorCode); code {
	case 0:
		return described, requireLeaders(described)
	case kafka.UnknownTopicOrPartition:
		return described, &ErrNoTopic{Topic: l.config.Topic}
	default:
		return described, fmt.Errorf("describe topic %s: %w", l.config.Topic, code)
	}
}

func (l *Log) metadata(ctx context.Context) (*wire.MetadataResponse, error) {
	return roundTrip[*wire.MetadataResponse](ctx, l, &wire.MetadataRequest{
		ClientID: l.config.ClientID, Correlation: l.correlation.Add(1), Topic: l.config.Topic,
	}, 0)
}

func requireLeaders(described *wire.MetadataResponse) error {
	for _, p := range described.Partitions {
		if p.Leader < 0 {
			return fmt.Errorf("partition %d: %w", p.Index, kafka.LeaderNotAvailable)
		}
	}
	if len(described.Partitions) == 0 {
		return kafka.LeaderNotAvailable
	}
	return nil
}

// create makes the topic. Another process may do so at the same time; the
// first one's settings stand, and are checked afterwards like any others.
func (l *Log) create(ctx context.Context, brokers int) error {
	partitions, replicas := l.config.Partitions, l.config.ReplicationFactor
	if partitions == 0 {
		partitions = DefaultPartitions
	}
	if replicas == 0 {
		replicas = max(1, min(brokers, maxReplicationFactor))
	}
	topic := kafka.TopicConfig{Topic: l.config.Topic, NumPartitions: partitions, ReplicationFactor: replicas}
	for name, value := range settings(replicas) {
		topic.ConfigEntries = append(topic.ConfigEntries, kafka.ConfigEntry{ConfigName: name, ConfigValue: value})
	}
	response, err := l.client.CreateTopics(ctx, &kafka.CreateTopicsRequest{Topics: []kafka.TopicConfig{topic}})
	if err == nil {
		err = response.Errors[l.config.Topic]
	}
	if err != nil && !errors.Is(err, kafka.TopicAlreadyExists) {
		return fmt.Errorf("create topic %s with %d partitions and %d replicas: %w", l.config.Topic, partitions, replicas, err)
	}
	return nil
}

// pin makes every later Fetch name this incarnation of the topic, where the
// broker can.
func (l *Log) pin(ctx context.Context, id wire.TopicID) error {
	response, err := l.client.ApiVersions(ctx, &kafka.ApiVersionsRequest{})
	if err != nil {
		return fmt.Errorf("ask for the broker's versions: %w", err)
	}
	if slices.ContainsFunc(response.ApiKeys, func(k kafka.ApiVersionsResponseApiKey) bool {
		return k.ApiKey == int(protocol.Fetch) && k.MaxVersion >= wire.FetchByID
	}) {
		l.topicID = id
	}
	return nil
}
