package blob_test

import (
	"bytes"
	"encoding/xml"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// server speaks as much S3 as the store does: PUT with If-None-Match, GET with
// a range, HEAD, DELETE, ListObjectsV2 and multipart uploads, in one bucket
// named "bucket". It can do an upload and lose the answer.
type server struct {
	url string

	mu         sync.Mutex
	objects    map[string]s3Object
	uploads    map[string]*upload
	lose       int
	broken     int // the status of every PUT; 0 is a server that works
	reads      int
	startAfter string
}

type s3Object struct {
	data     []byte
	token    string
	modified time.Time
}

type upload struct {
	token string
	parts map[int][]byte
}

const tokenHeader = "X-Amz-Meta-Dreamlog-Writer"

func startServer(t *testing.T) *server {
	t.Helper()
	t.Setenv("AWS_ACCESS_KEY_ID", "test")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "test")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	s := &server{objects: map[string]s3Object{}, uploads: map[string]*upload{}}
	h := httptest.NewServer(s)
	t.Cleanup(h.Close)
	s.url = h.URL
	return s
}

func (s *server) address(prefix string) string {
	return "s3://bucket/" + prefix + "?use_path_style=true&region=us-east-1&endpoint=" + s.url
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	switch {
	case bucket != "bucket":
		refuse(w, http.StatusNotFound, "NoSuchBucket")
	case key == "":
		s.list(w, r)
	case r.Method == http.MethodPut && s.broken != 0:
		refuse(w, s.broken, map[int]string{500: "InternalError", 403: "AccessDenied"}[s.broken])
	case r.Method == http.MethodPut, r.Method == http.MethodPost:
		s.write(w, r, key, body)
	default:
		s.readOrDelete(w, r, key)
	}
}

func (s *server) write(w http.ResponseWriter, r *http.Request, key string, body []byte) {
	id := r.URL.Query().Get("uploadId")
	switch {
	case r.Method == http.MethodPost && id == "":
		id = strconv.Itoa(len(s.uploads))
		s.uploads[id] = &upload{token: r.Header.Get(tokenHeader), parts: map[int][]byte{}}
		answer(w, struct {
			XMLName  xml.Name `xml:"InitiateMultipartUploadResult"`
			UploadId string
		}{UploadId: id})
	case r.Method == http.MethodPut && id != "":
		part, _ := strconv.Atoi(r.URL.Query().Get("partNumber"))
		s.uploads[id].parts[part] = body
		w.Header().Set("ETag", `"part"`)
	case r.Method == http.MethodPost:
		u := s.uploads[id]
		var data []byte
		for _, part := range slices.Sorted(maps.Keys(u.parts)) {
			data = append(data, u.parts[part]...)
		}
		if s.put(w, r, key, data, u.token) {
			answer(w, struct {
				XMLName xml.Name `xml:"CompleteMultipartUploadResult"`
				ETag    string
			}{ETag: `"whole"`})
		}
	default:
		s.put(w, r, key, body, r.Header.Get(tokenHeader))
	}
}

func (s *server) put(w http.ResponseWriter, r *http.Request, key string, data []byte, token string) bool {
	if _, taken := s.objects[key]; taken && r.Header.Get("If-None-Match") == "*" {
		refuse(w, http.StatusPreconditionFailed, "PreconditionFailed")
		return false
	}
	s.objects[key] = s3Object{data: data, token: token, modified: time.Now()}
	if s.lose > 0 {
		s.lose--
		panic(http.ErrAbortHandler) // the connection closes without an answer
	}
	return true
}

func (s *server) readOrDelete(w http.ResponseWriter, r *http.Request, key string) {
	o, there := s.objects[key]
	switch {
	case !there:
		refuse(w, http.StatusNotFound, "NoSuchKey")
	case r.Method == http.MethodDelete:
		delete(s.objects, key)
		w.WriteHeader(http.StatusNoContent)
	default:
		if r.Method == http.MethodGet {
			s.reads++
		}
		if len(o.data) == 0 && r.Header.Get("Range") != "" { // as S3 does it
			refuse(w, http.StatusRequestedRangeNotSatisfiable, "InvalidRange")
			return
		}
		w.Header().Set(tokenHeader, o.token)
		http.ServeContent(w, r, "", o.modified, bytes.NewReader(o.data))
	}
}

func (s *server) list(w http.ResponseWriter, r *http.Request) {
	type content struct {
		Key, ETag    string
		Size         int
		LastModified string
	}
	var page struct {
		XMLName               xml.Name `xml:"ListBucketResult"`
		IsTruncated           bool
		NextContinuationToken string `xml:",omitempty"`
		Contents              []content
	}
	q := r.URL.Query()
	limit, _ := strconv.Atoi(q.Get("max-keys"))
	s.startAfter = q.Get("start-after")
	for _, key := range slices.Sorted(maps.Keys(s.objects)) {
		if !strings.HasPrefix(key, q.Get("prefix")) || key <= max(s.startAfter, q.Get("continuation-token")) {
			continue
		}
		if len(page.Contents) == limit {
			page.IsTruncated, page.NextContinuationToken = true, page.Contents[limit-1].Key
			break
		}
		o := s.objects[key]
		page.Contents = append(page.Contents, content{
			Key: key, ETag: `"x"`, Size: len(o.data), LastModified: o.modified.UTC().Format(time.RFC3339Nano),
		})
	}
	answer(w, page)
}

func answer(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/xml")
	if err := xml.NewEncoder(w).Encode(body); err != nil {
		panic(http.ErrAbortHandler)
	}
}

func refuse(w http.ResponseWriter, status int, code string) {
	w.WriteHeader(status)
	answer(w, struct {
		XMLName xml.Name `xml:"Error"`
		Code    string
	}{Code: code})
}

func (s *server) loseAnswers(n int) { s.locked(func() { s.lose = n }) }
func (s *server) breakDown()        { s.locked(func() { s.broken = http.StatusInternalServerError }) }
func (s *server) refuse()           { s.locked(func() { s.broken = http.StatusForbidden }) }

func (s *server) answersToLose() (n int) {
	s.locked(func() { n = s.lose })
	return n
}

// countReads gives the GET requests since the last count.
func (s *server) countReads() (n int) {
	s.locked(func() { n, s.reads = s.reads, 0 })
	return n
}

func (s *server) lastStartAfter() (key string) {
	s.locked(func() { key = s.startAfter })
	return key
}

func (s *server) locked(do func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	do()
}
