package eventlog_test

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"testing"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"
	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/eventlog"
)

func TestEveryErrorHasOneClass(t *testing.T) {
	socket := func(op string, err error) error {
		return &net.OpError{Op: op, Net: "tcp", Err: err}
	}
	tests := []struct {
		err  error
		want eventlog.Class
	}{
		// Kafka's codes.
		{kafka.Unknown, eventlog.OutcomeUnknown},
		{kafka.OffsetOutOfRange, eventlog.Fatal},
		{kafka.InvalidMessage, eventlog.Retryable},
		{kafka.UnknownTopicOrPartition, eventlog.Retryable},
		{kafka.LeaderNotAvailable, eventlog.Retryable},
		{kafka.NotLeaderForPartition, eventlog.Retryable},
		{kafka.RequestTimedOut, eventlog.OutcomeUnknown},
		{kafka.BrokerNotAvailable, eventlog.Retryable},
		{kafka.MessageSizeTooLarge, eventlog.Fatal},
		{kafka.NetworkException, eventlog.OutcomeUnknown},
		{kafka.GroupCoordinatorNotAvailable, eventlog.Retryable},
		{kafka.NotCoordinatorForGroup, eventlog.Retryable},
		{kafka.InvalidTopic, eventlog.Fatal},
		{kafka.RecordListTooLarge, eventlog.Fatal},
		{kafka.NotEnoughReplicas, eventlog.Retryable},
		{kafka.NotEnoughReplicasAfterAppend, eventlog.OutcomeUnknown},
		{kafka.TopicAuthorizationFailed, eventlog.Fatal},
		{kafka.GroupAuthorizationFailed, eventlog.Fatal},
		{kafka.InvalidTimestamp, eventlog.Fatal},
		{kafka.UnsupportedSASLMechanism, eventlog.Fatal},
		{kafka.UnsupportedVersion, eventlog.Fatal},
		{kafka.InvalidReplicationFactor, eventlog.Fatal},
		{kafka.PolicyViolation, eventlog.Fatal},
		{kafka.KafkaStorageError, eventlog.Retryable},
		{kafka.SASLAuthenticationFailed, eventlog.Fatal},
		{kafka.FencedLeaderEpoch, eventlog.Retryable},
		{kafka.ThrottlingQuotaExceeded, eventlog.Retryable},
		{kafka.UnknownTopicID, eventlog.Fatal},
		{kafka.InvalidRecord, eventlog.Fatal},
		// What kafka-go reports when its view of the cluster is out of date.
		{protocol.NewErrNoTopic("t"), eventlog.Retryable},
		{protocol.NewErrNoLeader("t", 1), eventlog.Retryable},
		{protocol.NewErrNoPartition("t", 1), eventlog.Retryable},
		// The network: before a connection nothing was sent, after it the
		// request may have arrived.
		{socket("dial", syscall.ECONNREFUSED), eventlog.Retryable},
		{socket("dial", os.ErrDeadlineExceeded), eventlog.Retryable},
		{&net.DNSError{Err: "no such host", Name: "kafka"}, eventlog.Retryable},
		{socket("read", syscall.ECONNRESET), eventlog.OutcomeUnknown},
		{socket("write", syscall.EPIPE), eventlog.OutcomeUnknown},
		{socket("read", os.ErrDeadlineExceeded), eventlog.OutcomeUnknown},
		{socket("read", net.ErrClosed), eventlog.OutcomeUnknown},
		{io.EOF, eventlog.OutcomeUnknown},
		{io.ErrUnexpectedEOF, eventlog.OutcomeUnknown},
		{context.DeadlineExceeded, eventlog.OutcomeUnknown},
		{context.Canceled, eventlog.Fatal},
		{x509.UnknownAuthorityError{}, eventlog.Fatal},
		{x509.HostnameError{Certificate: new(x509.Certificate)}, eventlog.Fatal},
		// Ours.
		{&eventlog.ErrTrimmed{}, eventlog.Fatal},
		{&eventlog.ErrBeyondEnd{}, eventlog.Fatal},
		{&eventlog.ErrNoTopic{}, eventlog.Fatal},
		{&eventlog.ErrRecreated{}, eventlog.Fatal},
		{&eventlog.ErrTransactional{}, eventlog.Fatal},
		{&eventlog.ErrTooLarge{}, eventlog.Fatal},
		{&eventlog.ErrSettings{}, eventlog.Fatal},
		{&eventlog.ErrUndelivered{Err: kafka.RequestTimedOut}, eventlog.Fatal},
		{errors.New("what nobody knows"), eventlog.Fatal},
	}
	for _, test := range tests {
		require.Equal(t, test.want, eventlog.Classify(test.err), "%T %v", test.err, test.err)
		require.Equal(t, test.want, eventlog.Classify(fmt.Errorf("produce: %w", test.err)), "wrapped: %v", test.err)
		require.NotEmpty(t, test.err.Error())
	}
}

func TestClassNames(t *testing.T) {
	require.Equal(t, "retryable, outcome unknown, fatal, Class(0)",
		fmt.Sprintf("%v, %v, %v, %v", eventlog.Retryable, eventlog.OutcomeUnknown, eventlog.Fatal, eventlog.Class(0)))
}
