package react

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/dreamlog/dreamlog/producers/importer"
)

// facts are what a file's name or a record's place says about an episode.
type facts struct {
	policy   string
	split    string
	attempt  *int64
	game     string
	taskType string
}

var (
	attemptSuffix = regexp.MustCompile(`_D(\d+)$`)
	agentAndModel = regexp.MustCompile(`(?i)^(.*)alfworld_(.+)$`)
	splitName     = regexp.MustCompile(`valid_unseen|valid_seen|(?:^|_)train(?:$|_)`)
)

// fileFacts reads a file name: AGENTALFWorld_MODEL_DATTEMPT, and the names of
// ALFWorld's splits wherever they stand.
func fileFacts(base string) facts {
	stem := importer.WithoutCompression(base)
	if dot := strings.LastIndexByte(stem, '.'); dot > 0 {
		stem = stem[:dot]
	}
	f := facts{split: strings.Trim(splitName.FindString(stem), "_")}
	if m := attemptSuffix.FindStringSubmatch(stem); m != nil {
		if n, err := strconv.ParseInt(m[1], 10, 64); err == nil {
			f.attempt = &n
		}
		stem = strings.TrimSuffix(stem, m[0])
	}
	if m := agentAndModel.FindStringSubmatch(stem); m != nil {
		f.policy = strings.TrimPrefix(strings.ToLower(m[1])+"/"+m[2], "/")
	}
	return f
}
