package cli

import (
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"
)

func TestLandingOfNamesWhatWasGiven(t *testing.T) {
	for want, args := range map[string][]string{
		"dreamlog land": {"--json", "--quiet"},
		"dreamlog land --data d --lake s3://bucket/lake":               {"--lake", "s3://bucket/lake", "--data", "d"},
		"dreamlog land --data 'it'\\''s here'":                         {"--data", "it's here"},
		"dreamlog land --brokers '[::1]:9092,k:9092' --tls=true":       {"--tls", "--brokers", "[::1]:9092,k:9092"},
		"dreamlog land --topic-prefix lab --sasl-password-file /run/p": {"--sasl-password-file", "/run/p", "--topic-prefix", "lab", "-v"},
	} {
		root := newRoot(&env{stderr: newScreen(t.Output())})
		var ran *cobra.Command
		for _, c := range root.Commands() {
			if c.Name() == "play" {
				ran, c.RunE = c, func(*cobra.Command, []string) error { return nil }
			}
		}
		root.SetArgs(append([]string{"play"}, args...))
		require.NoError(t, root.Execute())
		require.Equal(t, want, landingOf(ran))
	}
}
