package kafka_test

import (
	"testing"

	"github.com/dreamlog/dreamlog/eventlog/eventlogtest"
)

func TestEventLogConformance(t *testing.T) { eventlogtest.Run(t, need(t).plain...) }
