package kafka_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/eventlog"
	"github.com/dreamlog/dreamlog/test/ledger"
)

// secured is how a user of SCRAM over TLS comes in.
func secured(t *testing.T, c *cluster) eventlog.Config {
	return eventlog.Config{
		Brokers: c.secure, Topic: topicOf(t), OpenTimeout: 30 * time.Second,
		TLS:  &eventlog.TLS{CAFile: c.authority},
		SASL: &eventlog.SASL{Mechanism: eventlog.MechanismScramSHA512, User: user, Password: password},
	}
}

func TestSCRAMOverTLS(t *testing.T) {
	c := need(t)
	for _, mechanism := range []string{eventlog.MechanismScramSHA256, eventlog.MechanismScramSHA512} {
		config := secured(t, c)
		config.SASL.Mechanism = mechanism
		log, err := eventlog.Open(t.Context(), config)
		require.NoError(t, err, mechanism)
		books := ledger.New(1)
		require.NoError(t, books.Send(t.Context(), log, 100))
		offsets, err := log.Offsets(t.Context())
		require.NoError(t, err)
		require.Positive(t, offsets[0].End+offsets[1].End+offsets[2].End+offsets[3].End)
		require.NoError(t, log.Close())
	}
}

// TestStrangersAreToldWhy wants an answer within seconds that says what is
// wrong, and that gives no secret away.
func TestStrangersAreToldWhy(t *testing.T) {
	c := need(t)
	for name, stranger := range map[string]struct {
		change func(*eventlog.Config)
		says   string
	}{
		"a wrong password":     {func(c *eventlog.Config) { c.SASL.Password = "wrong-and-secret" }, "SASL"},
		"an unknown user":      {func(c *eventlog.Config) { c.SASL.User = "nobody" }, "SASL"},
		"an unknown authority": {func(c *eventlog.Config) { c.TLS.CAFile = filepath.Join(filepath.Dir(c.TLS.CAFile), "stranger.pem") }, "unknown authority"},
		"a wrong name":         {func(c *eventlog.Config) { c.TLS.ServerName = "elsewhere" }, "elsewhere"},
		"no TLS":               {func(c *eventlog.Config) { c.TLS, c.OpenTimeout = nil, 5*time.Second }, "check whether it expects TLS"},
	} {
		t.Run(name, func(t *testing.T) {
			config := secured(t, c)
			stranger.change(&config)
			begun := time.Now()
			_, err := eventlog.Open(t.Context(), config)
			require.ErrorContains(t, err, stranger.says)
			require.NotContains(t, err.Error(), string(config.SASL.Password))
			require.NotContains(t, err.Error(), password)
			require.Less(t, time.Since(begun), 20*time.Second)
			t.Log(err)
		})
	}
}
