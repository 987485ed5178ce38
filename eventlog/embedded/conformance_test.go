package embedded_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/eventlog/embedded"
	"github.com/dreamlog/dreamlog/eventlog/eventlogtest"
)

func TestConformance(t *testing.T) {
	eventlogtest.Run(t, start(t, embedded.Options{Dir: t.TempDir()}).Addr())
}

// start runs a broker until the test ends.
func start(t *testing.T, options embedded.Options) *embedded.Broker {
	t.Helper()
	broker, err := embedded.Start(t.Context(), options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, broker.Close()) })
	return broker
}
