package cli_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCompactAndGC(t *testing.T) {
	data := imported(t)
	require.Zero(t, run(t, "", "import", "react", write(t, "more.jsonl", game("ring", true)), "--data", data).code)
	o := run(t, "", "compact", "--full", "--json", "--data", data)
	require.Zero(t, o.code, o.stderr)
	merged := o.object(t)["tables"].(map[string]any)["transitions"].(map[string]any)
	require.Subset(t, merged, map[string]any{"merged_files": 2., "merges": 1., "rows": 6.})
	require.Contains(t, run(t, "", "compact", "transitions", "--data", data).stdout, "nothing to merge")
	require.Equal(t, 2, run(t, "", "compact", "nope", "--data", data).code)

	now := []string{"gc", "--retention", "0s", "--grace", "0s", "--margin", "0s", "--data", data}
	planned := run(t, "", append(now, "--dry-run", "--json")...).object(t)
	require.Equal(t, true, planned["dry_run"])
	require.Positive(t, planned["removed_files"])
	collected := run(t, "", append(now, "--json")...).object(t)
	require.Equal(t, planned["removed_files"], collected["removed_files"])
	require.Zero(t, run(t, "", append(now, "--json")...).object(t)["removed_files"])
	require.Len(t, run(t, "", "sql", "FROM transitions", "--json", "--data", data).rows(t), 6)
	require.Equal(t, 2, run(t, "", "gc", "--grace", "-1s", "--data", data).code)
}

func TestVerifyAndDoctorFindDamage(t *testing.T) {
	data := imported(t)
	verified := run(t, "", "verify", "--json", "--data", data)
	require.Zero(t, verified.code, verified.stderr)
	require.Empty(t, verified.object(t)["mismatches"])
	healthy := run(t, "", "doctor", "--json", "--data", data)
	require.Zero(t, healthy.code, healthy.stderr)
	require.Equal(t, true, healthy.object(t)["ok"])

	files, err := filepath.Glob(filepath.Join(data, "lake", "transitions", "*.parquet"))
	require.NoError(t, err)
	require.Len(t, files, 1)
	content, err := os.ReadFile(files[0])
	require.NoError(t, err)
	content = bytes.Replace(content, []byte("PAR1"), []byte("RAP1"), 1)
	require.NoError(t, os.Chmod(files[0], 0o600))
	require.NoError(t, os.WriteFile(files[0], content, 0o600))
	damaged := run(t, "", "verify", "--json", "--data", data)
	require.Equal(t, 4, damaged.code, damaged.stderr)
	require.NotEmpty(t, damaged.object(t)["mismatches"])
	require.Contains(t, run(t, "", "verify", "--data", data).stdout, filepath.Base(files[0]))

	require.NoError(t, os.Remove(files[0]))
	ill := run(t, "", "doctor", "--data", data)
	require.Equal(t, 4, ill.code, ill.stderr)
	require.Contains(t, ill.stdout, "BROKEN  table transitions")
	require.Contains(t, ill.stderr, "1 check of ")
}

func TestDeadletter(t *testing.T) {
	data := imported(t)
	o := run(t, "", "deadletter", "redrive", "--json", "--data", data)
	require.Zero(t, o.code, o.stderr)
	require.Equal(t, 0., o.object(t)["redriven"])
	alone := run(t, "", "deadletter", "--data", data)
	require.Equal(t, 2, alone.code)
	require.Contains(t, alone.stderr, "redrive")
	require.Equal(t, 2, run(t, "", "deadletter", "undo", "--data", data).code)
}

func TestHelpIsTheContract(t *testing.T) {
	o := run(t, "", "--help")
	require.Zero(t, o.code)
	for _, command := range []string{"import", "produce", "annotate", "land", "sql", "describe", "show", "status", "compact", "gc", "verify", "doctor", "deadletter", "version", "completion"} {
		require.Regexp(t, `(?m)^  `+command+` +\S`, o.stdout)
	}
	require.Contains(t, o.stdout, "Exit codes: 0 done; 1 failed; 2 wrong usage; 3 done in part")
	require.Empty(t, o.stderr)
	for _, flag := range []string{"--data", "--brokers", "--lake", "--json", "--quiet", "--config", "--sasl-password-file"} {
		require.Contains(t, o.stdout, flag)
	}
	require.NotContains(t, o.stdout, "--sasl-password ")
	require.Contains(t, run(t, "", "import", "--help").stdout, "agentdojo")
	unknown := run(t, "", "improt")
	require.Equal(t, 2, unknown.code)
	require.Contains(t, unknown.stderr, "import")
	require.Contains(t, run(t, "", "completion", "bash").stdout, "dreamlog")
	require.Contains(t, run(t, "", "__complete", "import", "tau").stdout, "taubench\t")
	require.Equal(t, 1., run(t, "", "version", "--json").object(t)["data_format"])
}

func TestConfigFile(t *testing.T) {
	data := imported(t)
	good := write(t, "dreamlog.yaml", "data: "+data+"\njson: true\nbrokers: []\n")
	require.Equal(t, 1., run(t, "", "status", "--config", good).object(t)["snapshot"])
	require.Contains(t, run(t, "", "status", "--config", good, "--json=false").stdout, "snapshot ", "the command line wins")
	t.Setenv("DREAMLOG_DATA", filepath.Join(t.TempDir(), "other"))
	require.Equal(t, 1, run(t, "", "status", "--config", good).code, "the environment wins")
	for want, text := range map[string]string{
		`line 2: unknown key "brokerz"`: "json: true\nbrokerz: [a]\n",
		`unknown key "sasl-password"`:   "sasl-password: secret\n",
		"line 1: json":                  "json: perhaps\n",
		"must be a single value":        "data: [a, b]\n",
		"yaml":                          "- a\n",
	} {
		o := run(t, "", "status", "--config", write(t, "wrong.yaml", text))
		require.Equal(t, 2, o.code, o.stderr)
		require.Contains(t, o.stderr, want)
	}
	require.Equal(t, 2, run(t, "", "status", "--config", good+".gone").code)
}
