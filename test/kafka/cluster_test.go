package kafka_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/stretchr/testify/require"
)

// The user that SCRAM knows.
const user, password = "dreamer", "sleep-well-tonight"

// cluster is three brokers, numbered from 1, behind cluster.sh. The script
// ends when its input does, so that the brokers cannot outlive this process.
type cluster struct {
	script  *exec.Cmd
	input   io.WriteCloser
	replies *bufio.Scanner
	// plain and secure are the addresses without and with SCRAM over TLS.
	plain, secure []string
	authority     string // file of the certificate that vouches for the brokers
}

func startCluster() (*cluster, error) {
	dir, err := os.MkdirTemp("", "dreamlog-kafka-")
	if err != nil {
		return nil, err
	}
	c := &cluster{}
	if c.authority, err = writeCertificates(filepath.Join(dir, "tls")); err != nil {
		return nil, err
	}
	ports, err := freePorts(9)
	if err != nil {
		return nil, err
	}
	for i := range 3 {
		c.plain = append(c.plain, "127.0.0.1:"+ports[i])
		c.secure = append(c.secure, "127.0.0.1:"+ports[i+3])
	}
	c.script = exec.Command("./cluster.sh", append([]string{dir}, ports...)...)
	c.script.Env = append(os.Environ(), "KAFKA_USER="+user, "KAFKA_PASSWORD="+password)
	c.script.Stderr = os.Stderr
	if c.input, err = c.script.StdinPipe(); err != nil {
		return nil, err
	}
	output, err := c.script.StdoutPipe()
	if err != nil {
		return nil, err
	}
	c.replies = bufio.NewScanner(output)
	if err := c.script.Start(); err != nil {
		return nil, err
	}
	if err := c.expect("ready"); err != nil {
		return nil, errors.Join(err, c.stop())
	}
	return c, nil
}

// freePorts finds ports that nobody listens on now.
func freePorts(n int) (ports []string, err error) {
	for range n {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer listener.Close()
		_, port, err := net.SplitHostPort(listener.Addr().String())
		if err != nil {
			return nil, err
		}
		ports = append(ports, port)
	}
	return ports, nil
}

func (c *cluster) expect(reply string) error {
	if !c.replies.Scan() {
		return errors.New("cluster.sh ended")
	}
	if got := c.replies.Text(); got != reply {
		return fmt.Errorf("cluster.sh says %q", got)
	}
	return nil
}

// do gives a command, such as kill, about a broker.
func (c *cluster) do(t *testing.T, command string, broker int) {
	t.Helper()
	_, err := fmt.Fprintf(c.input, "%s %d\n", command, broker)
	require.NoError(t, err)
	require.NoError(t, c.expect("ok"))
}

// stop ends the brokers, and the script removes all they wrote.
func (c *cluster) stop() error {
	return errors.Join(c.input.Close(), c.script.Wait())
}

// client asks the cluster what the event log does not.
func (c *cluster) client(t *testing.T) *kafka.Client {
	transport := &kafka.Transport{MetadataTTL: 100 * time.Millisecond}
	t.Cleanup(transport.CloseIdleConnections)
	return &kafka.Client{Addr: kafka.TCP(c.plain...), Transport: transport, Timeout: 10 * time.Second}
}

// partitions describes a topic; it waits until the cluster can.
func (c *cluster) partitions(t *testing.T, client *kafka.Client, topic string, good func(kafka.Partition) bool) []kafka.Partition {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for {
		response, err := client.Metadata(ctx, &kafka.MetadataRequest{Topics: []string{topic}})
		require.NoError(t, ctx.Err(), "the cluster does not recover: %v %+v", err, response)
		if err == nil && len(response.Topics) == 1 && allGood(response.Topics[0].Partitions, good) {
			return response.Topics[0].Partitions
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func allGood(partitions []kafka.Partition, good func(kafka.Partition) bool) bool {
	for _, p := range partitions {
		if !good(p) {
			return false
		}
	}
	return len(partitions) > 0
}

// deleteTopic deletes a topic and waits until the brokers know.
func (c *cluster) deleteTopic(t *testing.T, topic string) {
	t.Helper()
	client := c.client(t)
	require.Eventually(t, func() bool {
		response, err := client.DeleteTopics(t.Context(), &kafka.DeleteTopicsRequest{Topics: []string{topic}})
		return err == nil && errors.Is(response.Errors[topic], kafka.UnknownTopicOrPartition)
	}, time.Minute, 50*time.Millisecond)
}

// topicOf names a topic after its test.
func topicOf(t *testing.T) string {
	return strings.NewReplacer("/", "-", " ", "-", ",", "").Replace(t.Name())
}
