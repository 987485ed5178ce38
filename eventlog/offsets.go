package eventlog

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/segmentio/kafka-go"

	"github.com/dreamlog/dreamlog/eventlog/internal/wire"
)

// Offsets says what every partition holds, in the order of their numbers. It
// makes one attempt; see Classify.
func (l *Log) Offsets(ctx context.Context) ([]PartitionOffsets, error) {
	found, err := l.listOffsets(ctx, l.allPartitions())
	if err != nil {
		return nil, fmt.Errorf("list offsets of topic %s: %w", l.config.Topic, l.explain(ctx, err))
	}
	return found, nil
}

func (l *Log) allPartitions() []int {
	all := make([]int, l.partitions)
	for i := range all {
		all[i] = i
	}
	return all
}

func (l *Log) bounds(ctx context.Context, partition int) (PartitionOffsets, error) {
	found, err := l.listOffsets(ctx, []int{partition})
	if err != nil {
		return PartitionOffsets{}, fmt.Errorf("list offsets of topic %s partition %d: %w", l.config.Topic, partition, err)
	}
	return found[0], nil
}

func (l *Log) listOffsets(ctx context.Context, partitions []int) ([]PartitionOffsets, error) {
	request := kafka.ListOffsetsRequest{Topics: make(map[string][]kafka.OffsetRequest)}
	for _, p := range partitions {
		request.Topics[l.config.Topic] = append(request.Topics[l.config.Topic], kafka.FirstOffsetOf(p), kafka.LastOffsetOf(p))
	}
	response, err := l.client.ListOffsets(ctx, &request)
	if err != nil {
		return nil, err
	}
	byPartition := make(map[int]PartitionOffsets)
	for _, p := range response.Topics[l.config.Topic] {
		if p.Error != nil {
			return nil, fmt.Errorf("partition %d: %w", p.Partition, p.Error)
		}
		byPartition[p.Partition] = PartitionOffsets{Partition: p.Partition, Start: p.FirstOffset, End: p.LastOffset}
	}
	for _, p := range partitions {
		if _, ok := byPartition[p]; !ok {
			return nil, fmt.Errorf("partition %d: %w: the broker left it out", p, kafka.UnknownTopicOrPartition)
		}
	}
	return slices.SortedFunc(maps.Values(byPartition), func(a, b PartitionOffsets) int { return a.Partition - b.Partition }), nil
}

// Trim deletes the records of a partition below an offset; the disk space
// comes back as whole segments become free. The last record always stays: it
// is by its digest that the lander knows the log again, and an embedded broker
// that held no record could not tell at which offset it was. Trimming what is
// already gone does nothing.
func (l *Log) Trim(ctx context.Context, partition int, before int64) error {
	wrap := func(err error) error {
		return fmt.Errorf("trim topic %s partition %d before offset %d: %w", l.config.Topic, partition, before, err)
	}
	bounds, err := l.bounds(ctx, partition)
	if err != nil {
		return wrap(l.explain(ctx, err))
	}
	if before <= bounds.Start {
		return nil
	}
	if before >= bounds.End {
		return wrap(fmt.Errorf("the log ends at %d and its last record must stay", bounds.End))
	}
	response, err := roundTrip[*wire.DeleteRecordsResponse](ctx, l, &wire.DeleteRecordsRequest{
		ClientID:      l.config.ClientID,
		Correlation:   l.correlation.Add(1),
		Topic:         l.config.Topic,
		Partition:     int32(partition),
		Before:        before,
		TimeoutMillis: int32(l.config.RequestTimeout.Milliseconds()),
	}, 0)
	if err != nil {
		return wrap(l.explain(ctx, err))
	}
	if response.ErrorCode != 0 {
		return wrap(l.explain(ctx, kafka.Error(response.ErrorCode)))
	}
	return nil
}

// CommitGroup tells the broker, under the name of a consumer group, how far a
// reader is: next offsets by partition. It only feeds displays of lag; nothing
// of ours reads it back.
func (l *Log) CommitGroup(ctx context.Context, group string, next map[int]int64) error {
	commits := make([]kafka.OffsetCommit, 0, len(next))
	for _, p := range slices.Sorted(maps.Keys(next)) {
		commits = append(commits, kafka.OffsetCommit{Partition: p, Offset: next[p]})
	}
	ctx, cancel := context.WithTimeout(ctx, l.config.RequestTimeout)
	defer cancel()
	err := retry(ctx, func() error {
		response, err := l.client.OffsetCommit(ctx, &kafka.OffsetCommitRequest{
			GroupID: group, GenerationID: -1, Topics: map[string][]kafka.OffsetCommit{l.config.Topic: commits},
		})
		if err != nil {
			return err
		}
		for _, p := range response.Topics[l.config.Topic] {
			if p.Error != nil {
				return p.Error
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("commit offsets of group %s: %w", group, err)
	}
	return nil
}
