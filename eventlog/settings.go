package eventlog

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/segmentio/kafka-go"

	"github.com/dreamlog/dreamlog/eventlog/internal/wire"
)

// checkPartitions holds the topic's count to the one the lake was landed with:
// with another count a key would move to another partition, and its order and
// the detection of duplicates would end.
func (l *Log) checkPartitions(found int) error {
	if l.config.Partitions == 0 || l.config.Partitions == found {
		return nil
	}
	return &ErrSettings{
		Topic:   l.config.Topic,
		Setting: "partitions",
		Reason:  fmt.Sprintf("it has %d, expected are %d; the count is fixed when a topic is made", found, l.config.Partitions),
		Remedy:  "--brokers and a topic prefix that name the log this lake was landed from, or a new topic and a new lake",
	}
}

// checkSettings refuses a topic on which an acknowledged record could be lost
// before it has landed, or an event of full size would not fit.
func (l *Log) checkSettings(ctx context.Context, described *wire.MetadataResponse) error {
	found, err := l.readSettings(ctx)
	if err != nil {
		return err
	}
	if strings.Contains(found["cleanup.policy"], "compact") {
		return l.refuse("cleanup.policy", found, "compaction deletes every event of a key but the last", "cleanup.policy=delete")
	}
	for _, name := range []string{"retention.ms", "retention.bytes"} {
		if limit, err := strconv.ParseInt(found[name], 10, 64); err == nil && limit >= 0 && !l.config.AllowRetention {
			return l.refuse(name, found, "records may be deleted before they have landed (the configuration can allow it)", name+"=-1")
		}
	}
	if limit, err := strconv.ParseInt(found["max.message.bytes"], 10, 64); err == nil && limit < maxMessageBytes {
		return l.refuse("max.message.bytes", found, fmt.Sprintf("an event of full size takes %d", maxMessageBytes), fmt.Sprintf("max.message.bytes=%d", maxMessageBytes))
	}
	if found["unclean.leader.election.enable"] == "true" {
		return l.refuse("unclean.leader.election.enable", found, "a replica that lags may become leader, and acknowledged records are lost", "unclean.leader.election.enable=false")
	}
	l.doubtReplicas(found, described)
	return nil
}

// doubtReplicas warns of a topic that acknowledges what a single broker holds
// although there are more: it works, but the loss of that broker loses records.
func (l *Log) doubtReplicas(found map[string]string, described *wire.MetadataResponse) {
	replicas := described.Partitions[0].Replicas
	if replicas >= 3 && found["min.insync.replicas"] == "1" {
		l.logger().Warn("records are acknowledged when one broker has them, and are lost with it",
			"replicas", replicas, "setting", "min.insync.replicas=1", "remedy", l.remedy("min.insync.replicas=2"))
	}
}

func (l *Log) refuse(name string, found map[string]string, reason, remedy string) error {
	return &ErrSettings{Topic: l.config.Topic, Setting: name + "=" + found[name], Reason: reason, Remedy: l.remedy(remedy)}
}

// remedy is the command of Kafka's own tools that changes a setting.
func (l *Log) remedy(setting string) string {
	return fmt.Sprintf("kafka-configs.sh --bootstrap-server %s --alter --entity-type topics --entity-name %s --add-config %s",
		l.config.Brokers[0], l.config.Topic, setting)
}

// readSettings returns the topic's settings as they are in force.
func (l *Log) readSettings(ctx context.Context) (map[string]string, error) {
	response, err := l.client.DescribeConfigs(ctx, &kafka.DescribeConfigsRequest{Resources: []kafka.DescribeConfigRequestResource{{
		ResourceType: kafka.ResourceTypeTopic, ResourceName: l.config.Topic,
	}}})
	if err != nil {
		return nil, fmt.Errorf("read the settings of topic %s: %w", l.config.Topic, err)
	}
	found := make(map[string]string)
	for _, resource := range response.Resources {
		if resource.Error != nil {
			return nil, fmt.Errorf("read the settings of topic %s: %w", l.config.Topic, resource.Error)
		}
		for _, entry := range resource.ConfigEntries {
			found[entry.ConfigName] = entry.ConfigValue
		}
	}
	return found, nil
}
