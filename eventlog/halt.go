package eventlog

import "fmt"

// ErrTrimmed says that the offset asked for is no longer on the log.
type ErrTrimmed struct {
	Topic     string
	Partition int
	Asked     int64
	// Start is the first offset that is still there.
	Start int64
}

func (e *ErrTrimmed) Error() string {
	return fmt.Sprintf("topic %s partition %d: offset %d was trimmed, the log now starts at %d: the records between are lost unless a replica or backup of the topic has them; give the topic unlimited retention (retention.ms=-1, retention.bytes=-1)",
		e.Topic, e.Partition, e.Asked, e.Start)
}

// ErrBeyondEnd says that the offset asked for is past the end of the log: the
// log has lost records that were read before, or is another log.
type ErrBeyondEnd struct {
	Topic     string
	Partition int
	Asked     int64
	// End is one past the last offset of the log.
	End int64
}

func (e *ErrBeyondEnd) Error() string {
	return fmt.Sprintf("topic %s partition %d: offset %d is beyond the end %d of the log: the topic was made again or lost records; point --brokers at the cluster that this lake was landed from, or start a new lake",
		e.Topic, e.Partition, e.Asked, e.End)
}

// ErrNoTopic says that the broker does not know the topic.
type ErrNoTopic struct {
	Topic string
}

func (e *ErrNoTopic) Error() string {
	return fmt.Sprintf("topic %s does not exist on the broker: it was deleted, or --brokers names another cluster", e.Topic)
}

// ErrRecreated says that the topic was deleted and made again while it was
// open, so that its offsets mean other records now.
type ErrRecreated struct {
	Topic string
}

func (e *ErrRecreated) Error() string {
	return fmt.Sprintf("topic %s was deleted and made again: its offsets no longer mean the records that were landed; start a new lake, or restore the old topic", e.Topic)
}

// ErrTransactional says that a transactional producer wrote to the topic. Its
// records may be aborted later, which the lake could not take back.
type ErrTransactional struct {
	Topic      string
	Partition  int
	Offset     int64
	ProducerID int64
}

func (e *ErrTransactional) Error() string {
	return fmt.Sprintf("topic %s partition %d: the record at offset %d was written by a transactional producer (id %d); let it write without transactions (unset transactional.id)",
		e.Topic, e.Partition, e.Offset, e.ProducerID)
}

// ErrTooLarge says that a record exceeds the size of an event.
type ErrTooLarge struct {
	// Bytes is the size of key, value and headers.
	Bytes, Limit int
}

func (e *ErrTooLarge) Error() string {
	return fmt.Sprintf("event of %d bytes is larger than the %d that one event may measure: move its largest field out of the event", e.Bytes, e.Limit)
}

// ErrSettings says that the topic exists, but not as the log needs it.
type ErrSettings struct {
	Topic string
	// Setting is the name of the setting as Kafka knows it.
	Setting string
	// Reason says what the setting would break.
	Reason string
	// Remedy is what to do, usually a command.
	Remedy string
}

func (e *ErrSettings) Error() string {
	return fmt.Sprintf("topic %s: %s: %s; mend it with: %s", e.Topic, e.Setting, e.Reason, e.Remedy)
}

func (*ErrTrimmed) fatal()       {}
func (*ErrBeyondEnd) fatal()     {}
func (*ErrNoTopic) fatal()       {}
func (*ErrRecreated) fatal()     {}
func (*ErrTransactional) fatal() {}
func (*ErrTooLarge) fatal()      {}
func (*ErrSettings) fatal()      {}

// ErrUndelivered says which batch a producer could not deliver, and that the
// producer has stopped.
type ErrUndelivered struct {
	Topic     string
	Partition int
	// Producer is the value of ce_producer.
	Producer string
	// FirstSequence and LastSequence bound the producer's sequence in the
	// batch, Records counts its records.
	FirstSequence, LastSequence int64
	Records                     int
	// Unacknowledged counts what was enqueued for all partitions and is not
	// known to be on the log, this batch included.
	Unacknowledged int
	Err            error
}

func (e *ErrUndelivered) Error() string {
	return fmt.Sprintf("topic %s partition %d: %d records of producer %s (sequence %d to %d) were not acknowledged, %d in all partitions; they may or may not be on the log, import or produce them again: %v",
		e.Topic, e.Partition, e.Records, e.Producer, e.FirstSequence, e.LastSequence, e.Unacknowledged, e.Err)
}

// Unwrap returns why the batch failed.
func (e *ErrUndelivered) Unwrap() error { return e.Err }

func (*ErrUndelivered) fatal() {}
