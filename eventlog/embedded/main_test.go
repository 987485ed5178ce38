package embedded_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

// TestMain also serves as the child of the crash tests, which kill it.
func TestMain(m *testing.M) {
	if role := os.Getenv(childRole); role != "" {
		runChild(role)
		return
	}
	goleak.VerifyTestMain(m)
}
