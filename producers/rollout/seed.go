package rollout

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// seeds are those of one attempt. They differ, so that the choices of an agent
// do not follow those of its environment.
type seeds struct {
	// environment is what the session is reset with: 31 bits, which the random
	// generators of every language take.
	environment int64
	// agent is that of the actor: 53 bits, which JSON numbers keep.
	agent int64
}

// seedsOf derives the seeds of an attempt from that of the run, so that they
// depend on nothing that was played before. They are in lakes: what this
// returns must never change.
func seedsOf(seed int64, environment, task string, attempt int64) seeds {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d/%d:%s/%d:%s/%d", seed, len(environment), environment, len(task), task, attempt))
	return seeds{
		environment: int64(binary.BigEndian.Uint64(sum[:8]) >> 33),
		agent:       int64(binary.BigEndian.Uint64(sum[8:16]) >> 11),
	}
}
