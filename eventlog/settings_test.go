package eventlog_test

import (
	"bytes"
	"log/slog"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/dreamlog/dreamlog/eventlog"
	"github.com/dreamlog/dreamlog/schema"
)

func TestTopicThatBreaksAnInvariantIsRefused(t *testing.T) {
	fits := strconv.Itoa(schema.MaxEventBytes + 1<<20)
	tests := []struct {
		name    string
		configs map[string]string
		allow   bool
		setting string // empty: accepted
		remedy  string
	}{
		{"as it should be", map[string]string{"retention.ms": "-1", "max.message.bytes": fits}, false, "", ""},
		{"compaction", map[string]string{"cleanup.policy": "compact,delete", "retention.ms": "-1", "max.message.bytes": fits}, false, "cleanup.policy=compact,delete", "cleanup.policy=delete"},
		{"retention by age", map[string]string{"retention.ms": "604800000", "max.message.bytes": fits}, false, "retention.ms=604800000", "retention.ms=-1"},
		{"retention by age, the broker's default", map[string]string{"max.message.bytes": fits}, false, "retention.ms=604800000", "retention.ms=-1"},
		{"retention by age, allowed", map[string]string{"retention.ms": "604800000", "max.message.bytes": fits}, true, "", ""},
		{"retention by size", map[string]string{"retention.ms": "-1", "retention.bytes": "1000000", "max.message.bytes": fits}, false, "retention.bytes=1000000", "retention.bytes=-1"},
		{"events do not fit", map[string]string{"retention.ms": "-1"}, false, "max.message.bytes=1048588", "max.message.bytes=" /* and a number */},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			cluster := startCluster(t)
			require.NoError(t, cluster.CreateTopic(eventlog.DefaultTopic, 2, test.configs))
			config := eventlog.Config{Brokers: cluster.ListenAddrs(), AllowRetention: test.allow}
			if test.setting == "" {
				require.Equal(t, 2, open(t, config).Partitions())
				return
			}
			_, err := eventlog.Open(t.Context(), config)
			var settings *eventlog.ErrSettings
			require.ErrorAs(t, err, &settings)
			require.Equal(t, test.setting, settings.Setting)
			require.Contains(t, settings.Remedy, "kafka-configs.sh --bootstrap-server "+cluster.ListenAddrs()[0])
			require.Contains(t, settings.Remedy, "--entity-name "+eventlog.DefaultTopic+" --add-config "+test.remedy)
			require.Equal(t, eventlog.Fatal, eventlog.Classify(err))
		})
	}
}

// startCluster runs one broker in memory.
func startCluster(t *testing.T, opts ...kfake.Opt) *kfake.Cluster {
	t.Helper()
	cluster, err := kfake.NewCluster(append([]kfake.Opt{kfake.NumBrokers(1)}, opts...)...)
	require.NoError(t, err)
	t.Cleanup(cluster.Close)
	return cluster
}

// pretend makes the broker report a setting that it has no notion of.
func pretend(cluster *kfake.Cluster, settings map[string]string) {
	cluster.ControlKey(int16(kmsg.DescribeConfigs), func(request kmsg.Request) (kmsg.Response, error, bool) {
		cluster.KeepControl()
		response := request.ResponseKind().(*kmsg.DescribeConfigsResponse)
		resource := kmsg.NewDescribeConfigsResponseResource()
		for name, value := range settings {
			config := kmsg.NewDescribeConfigsResponseResourceConfig()
			config.Name, config.Value = name, kmsg.StringPtr(value)
			resource.Configs = append(resource.Configs, config)
		}
		response.Resources = append(response.Resources, resource)
		return response, nil, true
	})
}

func TestUncleanElectionIsRefused(t *testing.T) {
	cluster := startCluster(t)
	pretend(cluster, map[string]string{"unclean.leader.election.enable": "true"})
	_, err := eventlog.Open(t.Context(), eventlog.Config{Brokers: cluster.ListenAddrs()})
	var settings *eventlog.ErrSettings
	require.ErrorAs(t, err, &settings)
	require.Equal(t, "unclean.leader.election.enable=true", settings.Setting)
}

func TestTooFewReplicasInSyncAreDoubted(t *testing.T) {
	cluster := startCluster(t, kfake.NumBrokers(3))
	pretend(cluster, map[string]string{"min.insync.replicas": "1"})
	var lines bytes.Buffer
	open(t, eventlog.Config{Brokers: cluster.ListenAddrs(), Logger: slog.New(slog.NewTextHandler(&lines, nil))})
	require.Contains(t, lines.String(), "min.insync.replicas=1")
	require.Contains(t, lines.String(), "--add-config min.insync.replicas=2")
}

func TestTopicIsMadeAsTheLogNeedsIt(t *testing.T) {
	cluster := startCluster(t, kfake.NumBrokers(3))
	require.Equal(t, eventlog.DefaultPartitions, open(t, eventlog.Config{Brokers: cluster.ListenAddrs()}).Partitions())
	info := cluster.TopicInfo(eventlog.DefaultTopic)
	require.Equal(t, 3, info.NumReplicas)
	for name, want := range map[string]string{
		"cleanup.policy": "delete", "retention.ms": "-1", "retention.bytes": "-1",
		"message.timestamp.type": "CreateTime", "min.insync.replicas": "2",
	} {
		require.Equal(t, want, *info.Configs[name], name)
	}
	limit, err := strconv.Atoi(*info.Configs["max.message.bytes"])
	require.NoError(t, err)
	require.Greater(t, limit, schema.MaxEventBytes)
}

func TestTwoThatMakeTheTopicAtOnce(t *testing.T) {
	cluster := startCluster(t)
	opened := make(chan error)
	for range 4 {
		go func() {
			log, err := eventlog.Open(t.Context(), eventlog.Config{Brokers: cluster.ListenAddrs()})
			if err == nil {
				err = log.Close()
			}
			opened <- err
		}()
	}
	for range 4 {
		require.NoError(t, <-opened)
	}
}
