// Package kafka_test proves on real brokers of Apache Kafka what the other
// tests prove on the embedded one: leaders die and stop while events are
// produced and landed, topics go and come again, and strangers are kept out.
//
// It runs when DREAMLOG_KAFKA=1, and needs java and mvn; cluster.sh starts and
// stops the brokers.
package kafka_test

import (
	"fmt"
	"os"
	"os/exec"
	"testing"

	"go.uber.org/goleak"
)

// brokers are those of all tests; nil: skipped, and why.
var (
	brokers *cluster
	skipped string
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	if skipped = reasonToSkip(); skipped != "" {
		if os.Getenv("CI") == "true" && os.Getenv("DREAMLOG_KAFKA") == "1" {
			fmt.Println("with CI=true this must not be skipped:", skipped)
			return 1
		}
		return m.Run()
	}
	var err error
	if brokers, err = startCluster(); err != nil {
		fmt.Println("start the brokers:", err)
		return 1
	}
	code := m.Run()
	if err := brokers.stop(); err != nil {
		fmt.Println("stop the brokers:", err)
		code = 1
	}
	if err := goleak.Find(); code == 0 && err != nil {
		fmt.Println(err)
		code = 1
	}
	return code
}

func reasonToSkip() string {
	if os.Getenv("DREAMLOG_KAFKA") != "1" {
		return "three brokers of Apache Kafka are only started with DREAMLOG_KAFKA=1 (make test-kafka)"
	}
	for _, tool := range []string{"java", "mvn", "bash"} {
		if _, err := exec.LookPath(tool); err != nil {
			return tool + " is missing, which the brokers of Apache Kafka need"
		}
	}
	return ""
}

// need returns the brokers, or skips the test.
func need(t *testing.T) *cluster {
	t.Helper()
	if skipped != "" {
		t.Skip(skipped)
	}
	return brokers
}
