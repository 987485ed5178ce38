package eventlog

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"

	"github.com/dreamlog/dreamlog/eventlog/internal/recordbatch"
)

// Class says what can be done about an error.
type Class int

const (
	// Retryable: nothing happened, and a later attempt may succeed.
	Retryable Class = iota + 1
	// OutcomeUnknown: the request may or may not have been carried out. A
	// read may be repeated. What is produced again may be on the log twice;
	// the lander drops the second by its producer and sequence.
	OutcomeUnknown
	// Fatal: the same request will fail again until a person changes
	// something.
	Fatal
)

func (c Class) String() string {
	switch c {
	case Retryable:
		return "retryable"
	case OutcomeUnknown:
		return "outcome unknown"
	case Fatal:
		return "fatal"
	default:
		return fmt.Sprintf("Class(%d)", int(c))
	}
}

// Classify puts an error of this package, of Kafka, or of the network into
// its class. An error it does not know is Fatal: better to stop than to repeat
// what is not understood. Cancellation by the caller is Fatal too.
func Classify(err error) Class {
	var halt interface{ fatal() }
	var corrupt *recordbatch.CorruptError
	var code kafka.Error
	switch {
	case errors.As(err, &halt), errors.Is(err, context.Canceled), errors.Is(err, errLogClosed):
		return Fatal
	case errors.As(err, &code):
		return classifyCode(code)
	case errors.As(err, &corrupt):
		return Retryable
	case errors.Is(err, protocol.ErrNoTopic), errors.Is(err, protocol.ErrNoPartition), errors.Is(err, protocol.ErrNoLeader):
		return Retryable // the cached layout of the cluster is out of date
	default:
		return classifyNetwork(err)
	}
}

// classifyCode sorts the codes of Kafka's protocol. Those that are not named
// tell of wrong requests, rights or settings, and are Fatal.
func classifyCode(code kafka.Error) Class {
	switch code {
	case kafka.Unknown, // the broker failed while it worked on the request
		kafka.RequestTimedOut,
		kafka.NetworkException,
		kafka.NotEnoughReplicasAfterAppend:
		return OutcomeUnknown
	case kafka.InvalidMessage, // damaged on the way: the checksum did not match
		kafka.UnknownTopicOrPartition,
		kafka.LeaderNotAvailable,
		kafka.NotLeaderForPartition,
		kafka.BrokerNotAvailable,
		kafka.ReplicaNotAvailable,
		kafka.GroupLoadInProgress,
		kafka.GroupCoordinatorNotAvailable,
		kafka.NotCoordinatorForGroup,
		kafka.NotEnoughReplicas,
		kafka.NotController,
		kafka.KafkaStorageError,
		kafka.ListenerNotFound,
		kafka.FencedLeaderEpoch,
		kafka.UnknownLeaderEpoch,
		kafka.OffsetNotAvailable,
		kafka.PreferredLeaderNotAvailable,
		kafka.EligibleLeadersNotAvailable,
		kafka.ReassignmentInProgress,
		kafka.ThrottlingQuotaExceeded:
		return Retryable
	default:
		return Fatal
	}
}

// classifyNetwork sorts what the connection reports. A connection that was
// never made carried nothing; one that broke may have carried the request.
func classifyNetwork(err error) Class {
	var unknownCA x509.UnknownAuthorityError
	var wrongHost x509.HostnameError
	var badCertificate *tls.CertificateVerificationError
	var notTLS tls.RecordHeaderError
	var op *net.OpError
	var dns *net.DNSError
	var timeout interface{ Timeout() bool }
	switch {
	case errors.As(err, &unknownCA), errors.As(err, &wrongHost), errors.As(err, &badCertificate), errors.As(err, &notTLS):
		return Fatal
	case errors.As(err, &dns), errors.Is(err, syscall.ECONNREFUSED), errors.As(err, &op) && op.Op == "dial":
		return Retryable
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed),
		errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE),
		errors.As(err, &timeout) && timeout.Timeout():
		return OutcomeUnknown
	default:
		return Fatal
	}
}
