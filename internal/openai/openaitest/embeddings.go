package openaitest

import (
	"net/http"

	"github.com/go-json-experiment/json"
)

// Embeddings answers an embeddings request with a vector for each text, those of
// the last texts first, as a server may.
func Embeddings(vector func(text string) []float64) Reply {
	type embedded struct {
		Index     int       `json:"index"`
		Embedding []float64 `json:"embedding"`
	}
	return func(w http.ResponseWriter, r *http.Request) {
		var asked struct {
			Input []string `json:"input"`
		}
		if err := json.UnmarshalRead(r.Body, &asked); err != nil {
			JSON(http.StatusBadRequest, `{"error":"no request of embeddings"}`)(w, r)
			return
		}
		var data []embedded
		for i := len(asked.Input) - 1; i >= 0; i-- {
			data = append(data, embedded{i, vector(asked.Input[i])})
		}
		body, err := json.Marshal(map[string]any{"object": "list", "model": Model, "data": data, "usage": map[string]int{"prompt_tokens": 100, "total_tokens": 100}})
		if err != nil {
			JSON(http.StatusInternalServerError, `{"error":"the vectors cannot be written"}`)(w, r)
			return
		}
		JSON(http.StatusOK, string(body))(w, r)
	}
}
