package blob_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/lake/store"
	"github.com/dreamlog/dreamlog/lake/store/blob"
	"github.com/dreamlog/dreamlog/lake/store/storetest"
)

func open(t *testing.T, address string) *blob.Store {
	t.Helper()
	s, err := blob.Open(t.Context(), address)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func TestConformanceInMemory(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store { return open(t, "mem://") })
}

func TestConformanceUnderAPrefix(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store { return open(t, "mem:///a/lake/") })
}

func TestConformanceOverS3(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store { return open(t, startServer(t).address("lake/of/mine")) })
}

// TestConformanceOnAServer takes, for example,
// s3://bucket?endpoint=http://127.0.0.1:7171&use_path_style=true&region=us-east-1
// with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and leaves its objects there.
func TestConformanceOnAServer(t *testing.T) {
	address := os.Getenv("DREAMLOG_TEST_S3")
	if address == "" {
		t.Skip("skipped: DREAMLOG_TEST_S3 holds no address of an S3 bucket to write to")
	}
	bucket, parameters, _ := strings.Cut(address, "?")
	run := strings.ToLower(strings.ReplaceAll(t.TempDir(), "/", "-"))
	storetest.Run(t, func(t *testing.T) store.Store {
		test := strings.NewReplacer("/", "-", ",", "").Replace(t.Name())
		return open(t, strings.TrimRight(bucket, "/")+"/test"+run+"/"+test+"?"+parameters)
	})
}

func TestAddressesThatAreRefused(t *testing.T) {
	for address, why := range map[string]string{
		"file:///tmp":              "not s3 or mem",
		"mem://?prefix=a":          "as the path",
		"mem:///a/../b":            "starts with a dot",
		"s3://":                    "bucket",
		"mem://?no_such_option=me": "no_such_option",
	} {
		_, err := blob.Open(t.Context(), address)
		require.ErrorContains(t, err, why, address)
	}
}

func TestABucketThatDoesNotExistIsNotAnEmptyLake(t *testing.T) {
	server := startServer(t)
	_, err := blob.Open(t.Context(), strings.Replace(server.address(""), "s3://bucket", "s3://other", 1))
	require.ErrorContains(t, err, "no such bucket")
}

func TestALostAnswerOfAnUploadIsFoundOut(t *testing.T) {
	server := startServer(t)
	s := open(t, server.address(""))
	server.loseAnswers(1)
	require.NoError(t, store.Put(t.Context(), s, "won", []byte("mine")), "tried again, and its own object recognised")
	require.Equal(t, 0, server.answersToLose())

	require.ErrorIs(t, store.Put(t.Context(), s, "won", []byte("other")), store.ErrExist)
	data, err := store.Get(t.Context(), s, "won")
	require.NoError(t, err)
	require.Equal(t, "mine", string(data))
}

func TestAServerThatFailsLeavesTheOutcomeUnknown(t *testing.T) {
	server := startServer(t)
	s := open(t, server.address(""))
	server.breakDown()
	require.ErrorIs(t, store.Put(t.Context(), s, "a", []byte("x")), store.ErrUnknown)
	server.refuse()
	err := store.Put(t.Context(), s, "a", []byte("x"))
	require.Error(t, err)
	require.NotErrorIs(t, err, store.ErrUnknown, "a plain refusal")
}

func TestAFooterIsOneRequest(t *testing.T) {
	server := startServer(t)
	s := open(t, server.address(""))
	content := strings.Repeat("0123456789abcdef", 1<<18) // 4 MiB
	require.NoError(t, store.Put(t.Context(), s, "part.parquet", []byte(content)))

	server.countReads()
	o, err := s.Open(t.Context(), "part.parquet")
	require.NoError(t, err)
	size := o.Size()
	for _, r := range []struct{ off, n int64 }{{0, 4}, {size - 8, 8}, {size - 30_000, 29_992}, {size - 200_000, 100}} {
		p := make([]byte, r.n)
		_, err := o.ReadAt(p, r.off)
		require.NoError(t, err)
		require.Equal(t, content[r.off:r.off+r.n], string(p))
	}
	require.Equal(t, 2, server.countReads(), "the first bytes, and the tail")

	small, err := store.Get(t.Context(), s, "part.parquet")
	require.NoError(t, err)
	require.Len(t, small, len(content))
	require.NoError(t, store.Put(t.Context(), s, "0.json", []byte("{}")))
	server.countReads()
	_, err = store.Get(t.Context(), s, "0.json")
	require.NoError(t, err)
	require.Equal(t, 1, server.countReads(), "a small object is one request")
}

func TestListOfALongLogAsksOnlyForItsEnd(t *testing.T) {
	server := startServer(t)
	s := open(t, server.address("lake"))
	for _, name := range []string{"log/1", "log/2", "log/3"} {
		require.NoError(t, store.Put(t.Context(), s, name, nil))
	}
	var names []string
	for info, err := range s.List(t.Context(), "log/", "log/2") {
		require.NoError(t, err)
		names = append(names, info.Name)
	}
	require.Equal(t, []string{"log/3"}, names)
	require.Equal(t, "lake/log/2", server.lastStartAfter())
}
